-- Finds a waiting partner at another server and takes it out, or lets the seeker wait.
-- KEYS[1] prefix. ARGV: member, its node, ms that it has waited, 1 if anyone will do, number of interests, of blocked
-- and of recent ones, then these.
-- A member is node:key:guest:identity. It is in the queue of each of its interests, in "open" if anyone will do, and
-- in "who" with its interests. Reply: the member that was found, or nil.
local p = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local me, node = ARGV[1], ARGV[2]
local since, open = now - ARGV[3], ARGV[4] == '1'
local interests, blocked, recent = {}, {}, {}
local at = 8
for i = 1, tonumber(ARGV[5]) do interests[i] = ARGV[at]; at = at + 1 end
for _ = 1, tonumber(ARGV[6]) do blocked[ARGV[at]] = true; at = at + 1 end
for _ = 1, tonumber(ARGV[7]) do recent[ARGV[at]] = true; at = at + 1 end

local function drop(member)
  local theirs = redis.call('HGET', p .. 'who', member)
  if theirs then
    for each in string.gmatch(theirs, '[^\n]+') do
      redis.call('ZREM', p .. 'i:' .. each, member)
    end
    redis.call('HDEL', p .. 'who', member)
  end
  redis.call('ZREM', p .. 'open', member)
end

local leases = {}
local function alive(other)
  if leases[other] == nil then
    local lease = redis.call('ZSCORE', p .. 'nodes', other)
    leases[other] = lease and tonumber(lease) > now or false
  end
  return leases[other]
end

-- The first of a queue that suits, its score, and the first that was met a moment ago.
local function first(queue)
  local met = nil
  local all = redis.call('ZRANGE', p .. queue, 0, 23, 'WITHSCORES')
  for i = 1, #all, 2 do
    local member = all[i]
    local other, guest, identity = string.match(member, '^(%d+):%d+:(%w*):(%w*)$')
    if not other or not alive(other) then
      drop(member)
      redis.call('ZREM', p .. queue, member)
    elseif other ~= node and not blocked['g' .. guest] and not blocked['i' .. identity] then
      if recent['g' .. guest] or recent['i' .. identity] then
        met = met or member
      else
        return member, tonumber(all[i + 1]), met
      end
    end
  end
  return nil, nil, met
end

local found, best = nil, nil
for _, each in ipairs(interests) do
  local member, score = first('i:' .. each)
  if member and (not best or score < best) then
    found, best = member, score
  end
end
if not found and open then
  local met
  found, best, met = first('open')
  if not found and met then
    -- The only one that waits will do even if the two met a moment ago.
    local others = redis.call('HLEN', p .. 'who') - redis.call('HEXISTS', p .. 'who', me)
    if others == 1 then
      found = met
    end
  end
end

if found then
  drop(found)
  drop(me)
  return found
end
redis.call('HSET', p .. 'who', me, table.concat(interests, '\n'))
for _, each in ipairs(interests) do
  redis.call('ZADD', p .. 'i:' .. each, 'NX', since, me)
end
if open then
  redis.call('ZADD', p .. 'open', 'NX', since, me)
end
return nil
