-- Removes hints whose records were delivered, parked ones too.
-- KEYS: entries, waiting, parked; the sentinel of their slot tag; then for each hint the places where its record may
-- stand, as many for each.
-- ARGV: member and delivered version of each, in turns.
-- A hint goes only if neither it nor what stands is newer than what was delivered. Else it may be claimed again at
-- once; a claim that cannot be given back for want of memory ends by itself. What stands and cannot be read, for it has
-- a newer format, counts as newer; what is no record counts as nothing. Where there is no hint and something newer
-- stands, one is made as hints_note.lua does; if that fails for want of memory, so does the whole, after the rest.
-- Returns the sentinel, empty if there is none: a server that was emptied while it ran has lost it too.
local sub = string.sub
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local failure

local function is_newer(a, b)
  for i = 1, 39, 13 do
    local x, y = tonumber(sub(a, i, i + 12)), tonumber(sub(b, i, i + 12))
    if x ~= y then
      return x > y
    end
  end
  return false
end

-- Whether something newer stands there, and its version if that can be read.
local function stands_newer(place, delivered)
  local head = redis.pcall('GETRANGE', place, '0', '43')
  if type(head) == 'table' or sub(head, 1, 3) ~= '\0rs' then
    return false
  end
  if #head < 44 or not string.find(head, '^1[VTX]%d+$', 4) then
    return true
  end
  return is_newer(sub(head, 6), delivered), sub(head, 6)
end

local function note(member, version)
  local noted = redis.pcall('HSET', KEYS[1], member, version .. string.format('%015.0f', now) .. string.rep('0', 16))
  if type(noted) == 'table' then
    failure = noted
    return
  end
  noted = redis.pcall('ZADD', KEYS[2], string.format('%.0f', now), member)
  if type(noted) == 'table' then
    redis.call('HDEL', KEYS[1], member)
    failure = noted
  end
end

local places = (#KEYS - 4) / (#ARGV / 2)
local next_place = 5
for i = 1, #ARGV, 2 do
  local member, delivered = ARGV[i], ARGV[i + 1]
  local entry = redis.call('HGET', KEYS[1], member)
  local hint = entry or redis.call('HGET', KEYS[3], member)
  if hint then
    local stays = is_newer(sub(hint, 1, 39), delivered)
    for j = next_place, next_place + places - 1 do
      stays = stays or stands_newer(KEYS[j], delivered)
    end
    if stays and entry then
      redis.pcall('HSET', KEYS[1], member, sub(entry, 1, 54) .. string.rep('0', 15) .. sub(entry, 70))
    elseif not stays then
      redis.call('HDEL', entry and KEYS[1] or KEYS[3], member)
      redis.call('ZREM', KEYS[2], member)
    end
  else
    local lacking
    for j = next_place, next_place + places - 1 do
      local newer, version = stands_newer(KEYS[j], lacking or delivered)
      lacking = newer and version or lacking
    end
    if lacking then
      note(member, lacking)
    end
  end
  next_place = next_place + places
end
if failure then
  return failure
end
local sentinel = redis.pcall('GET', KEYS[4])
return type(sentinel) == 'string' and sentinel or ''
