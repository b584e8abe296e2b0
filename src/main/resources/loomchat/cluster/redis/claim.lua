-- Claims a seat of a chat, whose node is dead, for another one. KEYS[1] prefix.
-- ARGV: the node that had it, the key of the secret, the new node, ms for which the other seat must find the new node,
-- how (0; 1 the old node has been asked in vain: unless it listens and has a lease; 2 also from a living node that has
-- claimed it and does not use it; 3 the living node has given it away), the hash of who claims it, the
-- chat that it wants or 0, and the record that the client has kept, or nothing: taken where there is none of that chat;
-- for 3 the record that the living node has given
-- Reply: nil if there is no such seat; "alive" if the old node lives and must be asked; "silent" if it listens to
-- nothing, and its lease is not over; "claimed", and the living node that has; or the record, how many claims there
-- have been, and who claimed the other seat. A node that listens without a lease is cut off, or has just come back.
-- A record is pair.role.gen.owner. and then bytes that nobody reads here; the owner is a hash, empty for a guest, whose
-- chat is taken over by whoever has the secret. Once claimed it begins with C, the node, a point, the number of claims,
-- and a bar. It stays until its node's key ends, so that a claim whose reply was lost can be made again.
local p = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local seats = p .. 'seats:' .. ARGV[1]
local how = ARGV[5]

local function listens(node)
  return redis.call('PUBSUB', 'SHARDNUMSUB', p .. 'to:' .. node)[2] > 0
end

if how ~= '3' then
  local lease = redis.call('ZSCORE', p .. 'nodes', ARGV[1])
  local leased = lease and tonumber(lease) > now
  if listens(ARGV[1]) and (leased or how == '0') then
    return 'alive'
  end
  if how == '0' and leased then
    return 'silent'
  end
end
local stored = redis.call('HGET', seats, ARGV[2])
if stored and ARGV[7] ~= '0' then
  -- The visitor may have begun another chat with the same secret while Redis was away.
  local pair = string.match(stored, '^(%d+)%.') or string.match(stored, '^C[^|]*|(%d+)%.')
  if pair ~= ARGV[7] then
    stored = nil
  end
end
if not stored or how == '3' then
  stored = ARGV[8]
  if stored == '' then
    return nil
  end
end
local claimant, count, record = string.match(stored, '^C(%d+)%.(%d+)|(.*)$')
record = record or stored
local pair, role, gen, owner = string.match(record, '^(%d+)%.(%d)%.(%d+)%.([%w_-]*)%.')
if not pair or (owner ~= '' and owner ~= ARGV[6]) then
  return nil
end
if claimant and claimant ~= ARGV[3] and how ~= '2' and listens(claimant) then
  return {'claimed', claimant}
end
if claimant == ARGV[3] then
  count = tonumber(count)
else
  count = tonumber(count or 0) + 1
end
redis.call('HSET', seats, ARGV[2], 'C' .. ARGV[3] .. '.' .. count .. '|' .. record)
if stored == ARGV[8] then
  redis.call('PEXPIRE', seats, ARGV[4])
end
local chat = p .. 'chat:' .. pair
redis.call('HSET', chat, role, string.format('%s.%d', ARGV[3], gen + count))
redis.call('PEXPIRE', chat, ARGV[4])
local other = redis.call('HGET', chat, role == '0' and '1' or '0') or ''
return {record, count, other}
