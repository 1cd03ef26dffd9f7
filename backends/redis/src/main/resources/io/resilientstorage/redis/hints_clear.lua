-- Removes hints whose records were delivered, parked ones too.
-- KEYS: for each slot tag: entries, waiting, parked; the sentinel of the tag; then for each hint the places where its
-- record may stand, as many for each. A Cluster is asked for one tag at a time, since all keys are in one slot there.
-- ARGV: how many places each record has; then for each slot tag how many hints there are, and member and delivered
-- version of each, in turns.
-- A hint goes only if neither it nor what stands is newer than what was delivered. Else it may be claimed again at
-- once; a claim that cannot be given back for want of memory ends by itself. What stands and cannot be read, for it has
-- a newer format, counts as newer; what is no record counts as nothing. Where there is no hint and something newer
-- stands, one is made as hints_note.lua does; if that fails for want of memory, so does the whole, after the rest.
-- Returns the sentinels of the tags, each text once, empty for none: a server that was emptied while it ran has lost
-- them too.
local sub = string.sub
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entries, waiting, parked, failure

local function is_newer(a, b)
  if a == b then
    return false
  end
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
  local version = sub(head, 6)
  return is_newer(version, delivered), version
end

local function note(member, version)
  local noted = redis.pcall('HSET', entries, member, version .. string.format('%015.0f', now) .. string.rep('0', 16))
  if type(noted) == 'table' then
    failure = noted
    return
  end
  noted = redis.pcall('ZADD', waiting, string.format('%.0f', now), member)
  if type(noted) == 'table' then
    redis.call('HDEL', entries, member)
    failure = noted
  end
end

-- The places of a record are KEYS[from] to KEYS[to].
local function clear(member, delivered, from, to)
  local entry = redis.call('HGET', entries, member)
  local hint = entry or redis.call('HGET', parked, member)
  if hint then
    local stays = is_newer(sub(hint, 1, 39), delivered)
    for j = from, to do
      stays = stays or stands_newer(KEYS[j], delivered)
    end
    if stays and entry then
      redis.pcall('HSET', entries, member, sub(entry, 1, 54) .. string.rep('0', 15) .. sub(entry, 70))
    elseif not stays then
      redis.call('HDEL', entry and entries or parked, member)
      redis.call('ZREM', waiting, member)
    end
  else
    local lacking
    for j = from, to do
      local newer, version = stands_newer(KEYS[j], lacking or delivered)
      lacking = newer and version or lacking
    end
    if lacking then
      note(member, lacking)
    end
  end
end

local places = tonumber(ARGV[1])
local key, argument, sentinels = 1, 2, {}
while argument <= #ARGV do
  entries, waiting, parked = KEYS[key], KEYS[key + 1], KEYS[key + 2]
  sentinels[#sentinels + 1] = KEYS[key + 3]
  key = key + 4
  local last = argument + 2 * tonumber(ARGV[argument])
  for i = argument + 1, last, 2 do
    clear(ARGV[i], ARGV[i + 1], key, key + places - 1)
    key = key + places
  end
  argument = last + 1
end
if failure then
  return failure
end
local texts, told = {}, {}
for _, text in ipairs(redis.call('MGET', unpack(sentinels))) do
  text = text or ''
  if not told[text] then
    told[text] = true
    texts[#texts + 1] = text
  end
end
return texts
