-- Gives out the next block of numbers. KEYS[1] prefix. ARGV: the highest number of a block
-- Where the counter was lost, the clock stands in: it has run further than blocks were given out.
local p = KEYS[1]
local t = redis.call('TIME')
local floor = math.floor((t[1] - 1767225600) / 8)
local block = math.max(tonumber(redis.call('GET', p .. 'block') or 0) + 1, floor)
if block > tonumber(ARGV[1]) then
  return redis.error_reply('ERR all blocks of numbers are used up')
end
redis.call('SET', p .. 'block', block)
return block
