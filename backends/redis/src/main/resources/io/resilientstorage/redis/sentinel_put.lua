-- Puts a sentinel under one slot tag, on a condition.
-- KEYS: its place.
-- ARGV: 1 the sentinel: 1W or 1C, id, watermark, beats and mirror, with a space after each but the last
--       2 the condition: "any" for none, "is" if exactly this stands, "life" if a sentinel of this id stands
--       3 what must stand, empty for nothing, or that id
-- Returns 1 if the condition held, else 0. A greater watermark of the same life and mirror stays, and so do more beats:
-- they are as true as the lesser.
local standing = redis.call('GET', KEYS[1]) or ''
local put = ARGV[1]
if ARGV[2] == 'is' and standing ~= ARGV[3] then
  return 0
end
if ARGV[2] == 'life' then
  local warmth, id, watermark, beats, mirror = string.match(standing, '^1([WC]) (%S+) (%d+) (%d+) (%S*)$')
  if id ~= ARGV[3] then
    return 0
  end
  local newer, most, of = string.match(put, '^1W %S+ (%d+) (%d+) (%S*)$')
  if warmth == 'W' and mirror == of then
    if tonumber(watermark) > tonumber(newer) then
      newer = watermark
    end
    if tonumber(beats) > tonumber(most) then
      most = beats
    end
    put = '1W ' .. id .. ' ' .. newer .. ' ' .. most .. ' ' .. mirror
  end
end
redis.call('SET', KEYS[1], put)
return 1
