-- Renews the lease of one server, forgets servers whose lease is over, and tells who is there.
-- KEYS[1] prefix. ARGV: node, lease in ms, ms for which its chats outlive it, how many wait there, known version,
-- what it says of itself
-- Reply: 1 if the server was not known, the clock in ms, the version, how many wait in the crowd, then all nodes with
-- the time to which their leases run, if the version is another one.
local p = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local node = ARGV[1]
local changed = false

for _, dead in ipairs(redis.call('ZRANGEBYSCORE', p .. 'nodes', '-inf', now)) do
  if dead ~= node then
    local theirs = tonumber(redis.call('HGET', p .. 'waiting', dead) or 0)
    redis.call('HDEL', p .. 'waiting', dead)
    redis.call('HDEL', p .. 'stats', dead)
    if theirs ~= 0 then
      redis.call('DECRBY', p .. 'waiting:all', theirs)
    end
    redis.call('ZREM', p .. 'nodes', dead)
    changed = true
  end
end

local had = redis.call('ZSCORE', p .. 'nodes', node)
local fresh = (not had or tonumber(had) <= now) and 1 or 0
redis.call('ZADD', p .. 'nodes', now + ARGV[2], node)
-- An entry of no meaning, so that the key never is without its end.
redis.call('HSET', p .. 'seats:' .. node, '.', '')
redis.call('PEXPIRE', p .. 'seats:' .. node, ARGV[3])

local before = tonumber(redis.call('HGET', p .. 'waiting', node) or 0)
redis.call('HSET', p .. 'waiting', node, ARGV[4])
redis.call('HSET', p .. 'stats', node, ARGV[6])
local all = redis.call('INCRBY', p .. 'waiting:all', ARGV[4] - before)

local version = redis.call('GET', p .. 'version')
if changed or fresh == 1 or not version then
  version = tostring(math.max(tonumber(version or 0) + 1, now))
  redis.call('SET', p .. 'version', version)
end
local reply = {fresh, now, version, all}
if version ~= ARGV[5] then
  for _, each in ipairs(redis.call('ZRANGE', p .. 'nodes', 0, -1)) do
    reply[#reply + 1] = each
  end
end
return reply
