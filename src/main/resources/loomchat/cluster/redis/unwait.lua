-- Takes those out who wait no more. KEYS[1] prefix. ARGV: members
local p = KEYS[1]
for _, member in ipairs(ARGV) do
  local theirs = redis.call('HGET', p .. 'who', member)
  if theirs then
    for each in string.gmatch(theirs, '[^\n]+') do
      redis.call('ZREM', p .. 'i:' .. each, member)
    end
    redis.call('HDEL', p .. 'who', member)
  end
  redis.call('ZREM', p .. 'open', member)
end
return #ARGV
