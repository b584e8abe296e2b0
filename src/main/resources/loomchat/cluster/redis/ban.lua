-- Keeps a ban, unless a longer one of the same target is there: nobody comes back sooner because somebody, who had not
-- heard of that, banned them once more. KEYS[1] prefix.
-- ARGV: the target, the ban: the text of the target, ms since 1970 at which it ends or 0 for good, and more
-- Reply: the longer ban that stays, or nil.
-- A text is its length and its bytes; a number has 7 bits in each byte, the lowest first, and the highest bit of all but
-- the last byte is set.
local key = KEYS[1] .. 'bans'

local function number(bytes, at)
  local value, unit = 0, 1
  while true do
    local byte = string.byte(bytes, at)
    at = at + 1
    value = value + byte % 128 * unit
    if byte < 128 then
      return value, at
    end
    unit = unit * 128
  end
end

local function ends(ban)
  local length, at = number(ban, 1)
  local millis = number(ban, at + length)
  return millis == 0 and math.huge or millis
end

local there = redis.call('HGET', key, ARGV[1])
-- Clocks of servers are told from that of Redis by some milliseconds.
if there and ends(there) > ends(ARGV[2]) + 1000 then
  return there
end
redis.call('HSET', key, ARGV[1], ARGV[2])
return nil
