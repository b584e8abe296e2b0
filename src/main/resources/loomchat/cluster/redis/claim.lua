-- Claims a seat of a chat for another server. KEYS[1] prefix.
-- ARGV: the node that had it, the key of the secret, the new node, ms for which the other seat must find the new node,
-- 1 to take it although the old node lives, the hash of who claims it
-- Reply: nil if there is no such seat; "alive" if the old node lives and must be asked; "silent" if it listens to
-- nothing, and its lease is not over; or the record, and who claimed the other seat.
-- A record is pair.role.gen.owner. and then bytes that nobody reads here; the owner is a hash, empty for a guest, whose
-- chat is taken over by whoever has the secret.
local p = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local seats = p .. 'seats:' .. ARGV[1]
local lease = redis.call('ZSCORE', p .. 'nodes', ARGV[1])
if ARGV[5] ~= '1' then
  if redis.call('PUBSUB', 'SHARDNUMSUB', p .. 'to:' .. ARGV[1])[2] > 0 then
    return 'alive'
  elseif lease and tonumber(lease) > now then
    return 'silent'
  end
end
local record = redis.call('HGET', seats, ARGV[2])
if not record then
  return nil
end
local pair, role, gen, owner = string.match(record, '^(%d+)%.(%d)%.(%d+)%.([%w_-]*)%.')
if not pair or (owner ~= '' and owner ~= ARGV[6]) then
  return nil
end
redis.call('HDEL', seats, ARGV[2])
local chat = p .. 'chat:' .. pair
redis.call('HSET', chat, role, ARGV[3] .. '.' .. (gen + 1))
redis.call('PEXPIRE', chat, ARGV[4])
local other = redis.call('HGET', chat, role == '0' and '1' or '0') or ''
return {record, other}
