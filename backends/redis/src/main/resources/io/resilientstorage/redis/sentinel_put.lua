-- Puts a sentinel under one slot tag, on a condition.
-- KEYS: its place.
-- ARGV: 1 the sentinel: 1W or 1C, id, watermark and mirror, with a space after each but the last
--       2 the condition: "any" for none, "is" if exactly this stands, "life" if a sentinel of this id stands
--       3 what must stand, empty for nothing, or that id
-- Returns 1 if the condition held, else 0. A greater watermark of the same life stays: it is as true as the lesser.
local standing = redis.call('GET', KEYS[1]) or ''
if ARGV[2] == 'is' and standing ~= ARGV[3] then
  return 0
end
if ARGV[2] == 'life' then
  local warmth, id, watermark = string.match(standing, '^1([WC]) (%S+) (%d+) ')
  if id ~= ARGV[3] then
    return 0
  end
  if warmth == 'W' and tonumber(watermark) > tonumber(string.match(ARGV[1], '^1W %S+ (%d+) ')) then
    return 1
  end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
