-- Gives out the next block of numbers. KEYS[1] prefix. ARGV: the highest number of a block
-- Where the counter was lost, the clock stands in: it has run further than blocks were given out. A server that listens
-- has its number, whatever became of the counter.
local p = KEYS[1]
local t = redis.call('TIME')
local floor = t[1] - 1767225600
local block = math.max(tonumber(redis.call('GET', p .. 'block') or 0) + 1, floor)
while redis.call('PUBSUB', 'SHARDNUMSUB', p .. 'to:' .. block)[2] > 0 do
  block = block + 1
end
if block > tonumber(ARGV[1]) then
  return redis.error_reply('ERR all blocks of numbers are used up')
end
redis.call('SET', p .. 'block', block)
return block
