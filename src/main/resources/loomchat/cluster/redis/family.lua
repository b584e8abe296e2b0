-- Keeps or tells what is known of a refresh family. KEYS[1] prefix.
-- ARGV: family, ms for which it is kept, the line, or nothing to be told
-- Reply: ms since the line was written, and the line; nil if there is none.
local key = KEYS[1] .. 'family:' .. ARGV[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if ARGV[3] ~= '' then
  redis.call('SET', key, string.format('%d|%s', now, ARGV[3]), 'PX', ARGV[2])
  return nil
end
local value = redis.call('GET', key)
if not value then
  return nil
end
local at, line = string.match(value, '^(%d+)|(.*)$')
return {now - at, line}
