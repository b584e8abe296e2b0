-- Keeps that an operator has signed out, for as long as the login would have held. KEYS[1] prefix.
-- ARGV: the id of the login, ms since 1970 at which it would have ended by itself
-- Reply: 1 if that was not known, otherwise 0.
-- Clocks of servers may be an hour apart; a server keeps 50,000 of these.
local key = KEYS[1] .. 'signed-out'
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local hour = 3600000
local fresh = redis.call('ZADD', key, 'NX', ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - hour)
redis.call('ZREMRANGEBYRANK', key, 0, -50001)
redis.call('PEXPIRE', key, 14 * hour)
return fresh
