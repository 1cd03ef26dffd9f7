-- One step of a lock store: io.resilientstorage.backend.LockRule, decided inside the server.
--
-- KEYS: 1 the authority record of the lock space, 2 the lock, where there is one. Both are in one slot.
-- ARGV: 1 what is to be done:
--         G to read the record. No more.
--         P to put one. 2 the life that is meant, 3 the revision that must stand, then what is to stand:
--           4 active (1 or 0), 5 epoch, 6 number, 7 floor, 8 grantsFrom, 9 activeUntil, 10 peerActiveUntil, 11 terms;
--           12 the not-after time
--         A to acquire, N to renew, R to release, C to copy. 2 owner, 3 ttl, 4 terms, 5 not-after time,
--           6 the epoch of the token, 0 for any, 7 the rest of the token
-- Returns for P 1 or 0; else status letter, the clock, the life, then of the lock the end, the epoch and the rest of the
-- token, or zeros; and at last the record, if there is one and G asks for it or it is the reason of a refusal.
--
-- A token is more than a number of Lua can hold, so it is handled in two parts: the epoch, and the lower 21 bits. Times
-- that are far too large for a number (no end) are compared with rounding, and kept as they came. The lock stays a second
-- longer than it is held: what decides is the end that it tells.

local FORMAT = '1'
local COUNTERS = 262144
local NO_END = '9223372036854775807'

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') .. '/'
  .. string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')

local stored = redis.call('HMGET', KEYS[1], 'format', 'revision', 'active', 'epoch', 'counter', 'number', 'floor', 'from',
  'until', 'peer', 'terms', 'life')
local record
if stored[1] then
  record = {active = stored[3] == '1', epoch = tonumber(stored[4]), counter = tonumber(stored[5]),
    floor = tonumber(stored[7]), from = tonumber(stored[8]), til = tonumber(stored[9]), terms = stored[11],
    life = stored[12]}
end

local function answer(status, lock, why)
  local reply = {status, now, life, lock and lock.til or 0, lock and lock.epoch or 0, lock and lock.rest or 0}
  if why then
    for i = 2, #stored do
      reply[i + 5] = stored[i]
    end
  end
  return reply
end

if record and stored[1] ~= FORMAT then
  return answer('U')
end

local action = ARGV[1]
if action == 'G' then
  return answer('G', nil, record)
end
if action == 'P' then
  if ARGV[2] ~= life or ARGV[3] ~= (record and stored[2] or '0') or now > tonumber(ARGV[12]) then
    return 0
  end
  local epoch, floor = tonumber(ARGV[5]), record and record.floor or 0
  local same_epoch = record and record.epoch == epoch and record.life == life
  if not same_epoch and epoch ~= 0 and epoch <= floor then
    return 0
  end
  redis.call('HSET', KEYS[1], 'format', FORMAT, 'revision', string.format('%.0f', ARGV[3] + 1), 'active', ARGV[4],
    'epoch', ARGV[5], 'counter', same_epoch and stored[5] or '0', 'number', ARGV[6],
    'floor', string.format('%.0f', math.max(floor, tonumber(ARGV[7]), epoch)), 'from', ARGV[8], 'until', ARGV[9],
    'peer', ARGV[10], 'terms', ARGV[11], 'life', life)
  return 1
end

local owner, ttl, token = ARGV[2], tonumber(ARGV[3]), {epoch = tonumber(ARGV[6]), rest = tonumber(ARGV[7])}
local live
local standing = redis.call('GET', KEYS[2])
if standing then
  local format, til, epoch, rest, holder = string.match(standing, '^(%d+) (%d+) (%d+) (%d+) (.*)$')
  if format ~= FORMAT then
    return answer('U')
  end
  if now < tonumber(til) then
    live = {til = tonumber(til), epoch = tonumber(epoch), rest = tonumber(rest), owner = holder}
  end
end
local own = live and live.owner == owner
local exact = own and live.epoch == token.epoch and live.rest == token.rest
local granted = exact or own and token.epoch == 0 and token.rest == 0

local function hold(status, lock)
  redis.call('SET', KEYS[2], string.format('%s %.0f %.0f %.0f ', FORMAT, lock.til, lock.epoch, lock.rest) .. owner,
    'PX', string.format('%.0f', lock.til - now + 1000))
  return answer(status, lock)
end

local function extend(status)
  live.til = math.max(live.til, now + ttl)
  return hold(status, live)
end

if now > tonumber(ARGV[5]) then
  return answer('L')
end
if action == 'R' then
  if granted then
    redis.call('DEL', KEYS[2])
    -- Who waits elsewhere may hear of it. Whoever may not publish releases all the same.
    redis.pcall('PUBLISH', KEYS[1], KEYS[2])
    return answer('R')
  end
  return answer('X')
end
if not record then
  return answer('N')
end
if record.life ~= life then
  return answer('O', nil, true)
end
if record.terms ~= ARGV[4] then
  return answer('D', nil, true)
end
if action == 'C' then
  if record.floor > token.epoch then
    return answer('E', nil, true)
  end
  if live and (live.epoch > token.epoch or live.epoch == token.epoch and live.rest > token.rest) then
    return answer('Z')
  end
  local reply
  if exact then
    reply = extend('C')
  else
    token.til = now + ttl
    reply = hold('C', token)
  end
  if token.epoch > record.floor then
    redis.call('HSET', KEYS[1], 'floor', string.format('%.0f', token.epoch))
  end
  return reply
end
if not record.active or record.floor > record.epoch and stored[9] ~= NO_END then
  return answer('I', nil, true)
end
if now >= record.til then
  return answer('T', nil, true)
end
if now < record.from then
  return answer('W', nil, true)
end
if action == 'N' then
  return granted and extend('G') or answer('Z')
end
if own then
  return extend('G')
end
if live then
  return answer('H', {til = live.til, epoch = 0, rest = 0})
end
if record.counter >= COUNTERS then
  return answer('F', nil, true)
end
local reply = hold('G', {til = now + ttl, epoch = record.epoch, rest = stored[6] * COUNTERS + record.counter})
redis.call('HSET', KEYS[1], 'counter', string.format('%.0f', record.counter + 1))
return reply
