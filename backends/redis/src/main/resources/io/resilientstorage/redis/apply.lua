-- Stores records that are newer: io.resilientstorage.backend.ApplyRule, decided inside the server.
--
-- KEYS: one record; then entries, waiting and parked of each hint's target. All are in one slot. Or several records.
-- ARGV: 1 what all have in common: the life of tombstones and expired versions, then by how much a direct write may be
--         older than what stands, -1 if not at all: two numbers of ms with a blank between
--       2 not-after time, ms
--       3 the record: header and value
--       4 until when Redis keeps the record, 60 s after it has ended: ms as plain digits; - for ever, 0 for a tombstone
--       then either the last three for each further record, or, for a single one,
--       5 if it is no direct write without condition and hints: kind (D direct, R replay, S seed), then the condition:
--         - none, A if absent, or the 39 digits of the version that must stand
--       6 the hints' member, if there are hints: namespace:key
-- Returns the number 1 or 0 if the record was stored under its own version: whether it met a live record. Else a status
-- letter, the same 1 or 0, and the version that stands now. For several records, a list of these, in which the letter E
-- comes before the text of an error. So an error must not end the run where another record may have been stored already.
--
-- Only the header of what stands is looked at, and the value is stored as it came: values are large. The server runs
-- nothing else meanwhile, so the usual way (a direct write without a condition, under a newer version) makes no functions
-- and few texts, and leaves it to the arithmetic to read digits as numbers: what the branches want is made in them. A set
-- in a pattern is matched in three quarters of the time of %d, which asks the C library about each character.

local sub = string.sub
local NONE = '000000000000000000000000000000000000000'

local common, several = ARGV[1], #ARGV > 6
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
now = now - now % 1

local compare
local results = several and {}
for i = 2, several and #ARGV or 2, 3 do
  local key, record, keep_until = KEYS[(i + 1) / 3], ARGV[i + 1], ARGV[i + 2]
  local special = not several and ARGV[5]
  local result
  repeat
    local head = redis.pcall('GETRANGE', key, '0', '62')
    local ours, present, live, standing_millis = false, false, false, 0
    if type(head) == 'table' then
      result = string.find(head['err'], 'WRONGTYPE', 1, true) and 'U0' .. NONE or head
      break
    end
    if #head == 63 and string.find(head, '^%zrs1[VTX][0-9]+$') then
      ours, present = true, true
      standing_millis = sub(head, 6, 20) + 0
      live = sub(head, 45, 63) - now > 0 and sub(head, 5, 5) == 'V'
    elseif sub(head, 1, 3) == '\0rs' then
      result = 'U0' .. NONE
      break
    else
      local exists = head ~= '' and 1 or redis.pcall('EXISTS', key)
      if type(exists) == 'table' then
        result = exists
        break
      end
      present, live = exists == 1, exists == 1
    end

    local millis, direct = sub(record, 6, 20) + 0, true
    if not compare and (special or millis - standing_millis <= 0) then
      -- Lua's < on strings follows the server's locale, and its numbers are exact to 2^53 only: so in parts of 13 digits.
      compare = function(a, b)
        for j = 1, #a, 13 do
          local x, y = tonumber(sub(a, j, j + 12)), tonumber(sub(b, j, j + 12))
          if x ~= y then
            return x < y and -1 or 1
          end
        end
        return 0
      end
    end
    local refusal = now - ARGV[i] > 0 and 'L' or millis - now > 300000 and 'H'
    if special and not refusal then
      direct = sub(special, 1, 1) == 'D'
      local condition = sub(special, 2)
      if condition == 'A' then
        refusal = live and 'C'
      elseif condition ~= '-' and not (live and condition == (ours and sub(head, 6, 44) or NONE)) then
        refusal = 'C'
      end
    end

    local assigned
    if not refusal and not direct and not present then
      refusal = sub(special, 1, 1) == 'R' and now - millis - string.match(common, '^%d+') > 0 and 'O'
    elseif not refusal and (not direct or millis - standing_millis <= 0) then
      local offered, standing = sub(record, 6, 44), ours and sub(head, 6, 44) or NONE
      local order = compare(offered, standing)
      if direct then
        local limit, ahead = string.match(common, ' (-?[0-9]+)') + 0, standing_millis - now
        if order <= 0 and ahead <= 300000 and not (special and #special > 2)
            and (ahead > 1000 and limit < 1000 or standing_millis - millis - limit > 0) then
          refusal = 'B'
        elseif order <= 0 then
          -- The smallest version of the writer that is newer: 15 digits of ms, 5 of a 16-bit counter, 19 of the writer.
          local next_millis, counter = standing_millis, tonumber(sub(standing, 16, 20)) + 1
          if counter > 65535 then
            next_millis, counter = next_millis + 1, 0
          end
          assigned = string.format('%015.0f%05d', next_millis, counter) .. sub(offered, 21)
        end
      else
        local beats = order > 0
        if order == 0 then
          local standing_flag = ours and sub(head, 5, 5) or ''
          if sub(record, 5, 5) == 'T' or standing_flag == 'T' then
            beats = standing_flag ~= 'T'
          else
            local standing_expiry = ours and sub(head, 45, 63)
            if not standing_expiry then
              local ttl = redis.call('PTTL', key)
              standing_expiry = ttl < 0 and '9223372036854775807' or string.format('%019.0f', now + ttl)
            end
            beats = compare(sub(record, 45, 63), standing_expiry) < 0
          end
        end
        refusal = not beats and 'S'
      end
    end
    if refusal then
      result = refusal .. (live and '1' or '0') .. (ours and sub(head, 6, 44) or NONE)
      break
    end

    -- The hints come first: should one fail, the record has not been stored. A hint may be newer than a record that comes
    -- late, for the one that it was made for may be gone; it stays then.
    for j = 2, several and 1 or #KEYS, 3 do
      local member, version = ARGV[6], assigned or sub(record, 6, 44)
      local entry = redis.call('HGET', KEYS[j], member)
      local parked = not entry and redis.call('HGET', KEYS[j + 2], member)
      local hint = entry or parked
      if not hint or compare(version, sub(hint, 1, 39)) > 0 then
        local noted = entry and sub(entry, 40, 69) or string.format('%015.0f', now) .. '000000000000000'
        redis.call('HSET', KEYS[j], member, version .. noted .. '0')
        if not entry then
          redis.call('ZADD', KEYS[j + 1], string.format('%.0f', now), member)
        end
        if parked then
          redis.call('HDEL', KEYS[j + 2], member)
        end
      end
    end

    if keep_until ~= '-' and keep_until - now <= 60000 then
      -- What has ended stands for its version alone.
      record = '\0rs1' .. (keep_until == '0' and 'T' or 'X') .. sub(record, 6, 63)
      keep_until = string.format('%.0f', now + string.match(common, '^%d+'))
    end
    -- One command where the server knows PXAT (Redis 6.2), two where it does not: that has then done nothing.
    local stored, left
    if keep_until == '-' then
      stored = redis.pcall('SET', key, record)
    else
      stored = redis.pcall('SET', key, record, 'PXAT', keep_until)
      if stored['err'] and string.find(stored['err'], 'syntax', 1, true) then
        stored = redis.pcall('SET', key, record)
        left = not stored['err'] and redis.pcall('PEXPIREAT', key, keep_until)
      end
    end
    if assigned and not stored['err'] then
      left = redis.pcall('SETRANGE', key, '5', assigned)
    end
    if stored['err'] then
      result = stored
    elseif type(left) == 'table' then
      result = {err = 'ERR a record was stored, and its end or its version was not'}
    elseif assigned then
      result = 'A' .. (live and '1' or '0') .. assigned
    else
      result = live and 1 or 0
    end
  until true
  if not several then
    return result
  end
  results[#results + 1] = type(result) == 'table' and 'E' .. result['err'] or result
end
return results
