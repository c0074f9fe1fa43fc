"""What the timelines' servers run: one script, one round trip, the keys of one bucket.

Where a script is for many timelines, KEYS[1] is what all their keys begin with, and ids of users come in one
text, 19 digits each: cheaper to take apart than anything else that was measured.

A timeline is a head and chunks. The head is a text of fields of fixed width, so that text compares as the
numbers do: state ("b" while it is built, "r" once ready), token (12, the tick at which the build began),
floor (15, a ms), and of each chunk, newest first, its number (6) and its first ms (15). Entries of the
floor's ms and older may be missing here and are read from PostgreSQL.

A chunk is a sorted set, member = tweet id, score = its creation time in ms, never empty, short enough for the
server to keep it in one piece of memory. Entries of one ms are in one chunk; the oldest chunk holds what is
older than its first ms, too. Its key has the token in it: what is left of a timeline that expired is
nobody's.
"""

_LIMITS = """
    local chunk, split, max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local early = math.min(chunk + 4, split)  -- of the newest one, whose length is not always asked for
"""

_CHUNKS = """
    local call, sub, format = redis.call, string.sub, string.format

    local function base_of(key, head) return key .. sub(head, 2, 13) end

    local function keys_of(key, head)
        local keys, base = {key}, base_of(key, head)
        for at = 29, #head, 21 do keys[#keys + 1] = base .. sub(head, at, at + 5) end
        return keys
    end

    local function wipe(key, head) call('DEL', unpack(keys_of(key, head))) end

    -- where in the head the chunk stands that the ms belongs into; beyond its end when there is none
    local function find(head, ms)
        local at, last = 29, #head - 20
        while at < last and sub(head, at + 6, at + 20) > ms do at = at + 21 end
        return at
    end
"""

_ADD = """
    local function padded(ms) return format('%015.0f', tonumber(ms)) end

    -- outlives the head, so that a head never names a chunk that expired
    local function keep_as_long(name, key)
        call('PEXPIRE', name, math.max(call('PTTL', key), 1) + 3600000)
    end

    local function unused(head)
        local highest = -1
        for at = 29, #head, 21 do highest = math.max(highest, tonumber(sub(head, at, at + 5), 16)) end
        return format('%06x', (highest + 1) % 16777216)
    end

    -- writes the head without empty chunks, and takes the oldest entries away that are too many
    local function trim(key, head)
        local base, kept, left, floor, oldest = base_of(key, head), {}, max, sub(head, 14, 28), nil
        for at = 29, #head, 21 do
            local name = base .. sub(head, at, at + 5)
            local size = call('ZCARD', name)
            if size > 0 and left > 0 then
                if size > left then
                    floor = padded(call('ZRANGE', name, size - left - 1, size - left - 1, 'WITHSCORES')[2])
                    call('ZREMRANGEBYRANK', name, 0, size - left - 1)
                end
                kept[#kept + 1] = sub(head, at, at + 20)
                left, oldest = left - size, sub(head, at + 6, at + 20)
            elseif size > 0 then
                call('DEL', name)
                local below = padded(tonumber(oldest) - 1)
                if below > floor then floor = below end
            end
        end
        head = sub(head, 1, 13) .. floor .. table.concat(kept)
        call('SET', key, head, 'KEEPTTL')
        return head
    end

    -- whether the oldest chunk has more than half of its entries still, where there are more than are needed
    local function is_long(key, head)
        local last = #head - 20
        return last > 28 + 21 * (math.ceil(max / chunk) - 1)
            and call('ZCARD', base_of(key, head) .. sub(head, last, last + 5)) > chunk / 2
    end

    -- the newer half becomes a chunk of its own, unless all are of one ms
    local function divide(key, head, at)
        local base = base_of(key, head)
        local name, number = base .. sub(head, at, at + 5), unused(head)
        local found = call('ZRANGE', name, 0, -1, 'WITHSCORES')
        local size, cut = #found / 2, nil
        for n = 1, size - 1 do
            local is_edge = found[2 * n] ~= found[2 * n + 2]
            if is_edge and (not cut or math.abs(n - size / 2) < math.abs(cut - size / 2)) then cut = n end
        end
        if not cut then return head end
        for n = cut + 1, size do call('ZADD', base .. number, found[2 * n], found[2 * n - 1]) end
        call('ZREMRANGEBYRANK', name, cut, -1)
        keep_as_long(base .. number, key)
        local first, lowest = sub(head, at + 6, at + 20), padded(found[2])
        if lowest < first then first = lowest end
        local halves = number .. padded(found[2 * cut + 2]) .. sub(head, at, at + 5) .. first
        return trim(key, sub(head, 1, at - 1) .. halves .. sub(head, at + 21))
    end

    local function open(key, head, ms, id)
        local number = unused(head)
        local name = base_of(key, head) .. number
        call('ZADD', name, ms, id)
        keep_as_long(name, key)
        return trim(key, sub(head, 1, 28) .. number .. ms .. sub(head, 29))
    end

    local function add(key, head, ms, id)
        local at = find(head, ms)
        if at > #head then return open(key, head, ms, id) end
        local name = base_of(key, head) .. sub(head, at, at + 5)
        local size = call('ZCARD', name)
        if at == 29 and size >= chunk / 2 and size < chunk and is_long(key, head) then
            head = trim(key, head)
        elseif size >= chunk then
            if at == 29 and padded(call('ZRANGE', name, -1, -1, 'WITHSCORES')[2]) < ms then
                return open(key, head, ms, id)
            elseif size >= (at == 29 and early or split) and not call('ZSCORE', name, id) then
                head = divide(key, head, at)
                name = base_of(key, head) .. sub(head, find(head, ms)):sub(1, 6)
            end
        end
        call('ZADD', name, ms, id)
        return head
    end
"""

# A timeline whose build began after `seen` read the tweet, or its absence, from SQL: it is left alone.
# How long the newest chunk is, is asked in one timeline of three, in others for the next tweet: that it grows
# by those 28 entries for which the server would need more memory has a chance of one in 80,000.
PUSH = f"""{_LIMITS}{_CHUNKS}{_ADD}
    local seen, turn, prefix, marked = ARGV[4], tonumber(ARGV[5]) * 19 - 1, KEYS[1], {{}}
    for n = 6, #ARGV, 4 do
        local users, ms, id = ARGV[n], ARGV[n + 1], ARGV[n + 2]
        for at = 1, #users, 19 do
            local key = prefix .. sub(users, at, at + 18)
            local head = call('GET', key)
            if head then
                local token = sub(head, 2, 13)
                if token <= seen and ms > sub(head, 14, 28) then
                    local first = sub(head, 35, 49)
                    if (at + turn) % 57 == 0 or first > ms or first == '' then
                        add(key, head, ms, id)
                    else
                        call('ZADD', key .. token .. sub(head, 29, 34), ms, id)
                    end
                end
            end
        end
        if call('HEXISTS', KEYS[2], ARGV[n + 3]) == 1 then marked[#marked + 1] = ARGV[n + 3] end
    end
    return marked
"""

# A timeline being built may have read the ids already: its build is called off.
REMOVE = f"""{_CHUNKS}
    local users = ARGV[1]
    for at = 1, #users, 19 do
        local key = KEYS[1] .. sub(users, at, at + 18)
        local head = call('GET', key)
        if head and sub(head, 1, 1) == 'b' then
            wipe(key, head)
        elseif head then
            for n = 2, #ARGV, 2 do
                local here = find(head, ARGV[n])
                local name = base_of(key, head) .. sub(head, here, here + 5)
                if call('ZREM', name, ARGV[n + 1]) == 1 and call('EXISTS', name) == 0 then
                    head = sub(head, 1, here - 1) .. sub(head, here + 21)
                    call('SET', key, head, 'KEEPTTL')
                end
            end
        end
    end
"""

DROP = f"""{_CHUNKS}
    local users = ARGV[1]
    for at = 1, #users, 19 do
        local key = KEYS[1] .. sub(users, at, at + 18)
        local head = call('GET', key)
        if head then wipe(key, head) end
    end
"""

_HEAD = """
    local function head_of(key, oldest_valid)
        local head = call('GET', key)
        if head and sub(head, 2, 13) < (call('GET', oldest_valid) or '') then
            wipe(key, head)
            return nil
        end
        return head
    end
"""

BEGIN = f"""{_CHUNKS}{_HEAD}
    if head_of(KEYS[1], KEYS[2]) then return 0 end
    call('SET', KEYS[1], 'b' .. ARGV[1] .. '000000000000000', 'EX', ARGV[2])
    return 1
"""

# What SQL said comes in chunks, oldest first: how many entries, then ms and id of each. What was pushed
# meanwhile is put aside and added to them.
FINISH = f"""{_LIMITS}{_CHUNKS}{_ADD}
    local key, token, floor, ttl = KEYS[1], ARGV[4], ARGV[5], tonumber(ARGV[6])
    local head = call('GET', key)
    if not head or sub(head, 1, 13) ~= 'b' .. token then return 0 end
    local pushed = {{}}
    for n, name in ipairs(keys_of(key, head)) do
        pushed[n] = n > 1 and call('ZRANGE', name, 0, -1, 'WITHSCORES') or {{}}
    end
    wipe(key, head)
    local at, number, chunks = 7, 0, ''
    while at < #ARGV do
        local last = at + 2 * tonumber(ARGV[at])
        local label = format('%06x', number)
        call('ZADD', key .. token .. label, unpack(ARGV, at + 1, last))
        call('EXPIRE', key .. token .. label, ttl + 3600)
        chunks = label .. ARGV[at + 1] .. chunks
        at, number = last + 1, number + 1
    end
    head = 'r' .. token .. floor .. chunks
    call('SET', key, head, 'EX', ttl)
    for _, found in ipairs(pushed) do
        for n = 1, #found, 2 do
            local ms = padded(found[n + 1])
            if ms > sub(head, 14, 28) then head = add(key, head, ms, found[n]) end
        end
    end
    return 1
"""

ABANDON = f"""{_CHUNKS}
    local head = call('GET', KEYS[1])
    if head and sub(head, 1, 13) == 'b' .. ARGV[1] then wipe(KEYS[1], head) end
"""

UNMARK = """
    if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
"""

REACHED = f"""{_CHUNKS}
    local users, ms, id, reached = ARGV[1], ARGV[2], ARGV[3], 0
    for at = 1, #users, 19 do
        local key = KEYS[1] .. sub(users, at, at + 18)
        local head = call('GET', key)
        if head then
            local here = find(head, ms)
            if call('ZSCORE', base_of(key, head) .. sub(head, here, here + 5), id) then
                reached = reached + 1
            end
        end
    end
    return reached
"""

# Ids are compared as text: they are longer than the numbers Lua can hold.
PAGE = f"""{_CHUNKS}{_HEAD}
    local key, before, before_ms, after = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
    local limit, look_back, ttl = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
    local head = head_of(key, KEYS[2])
    if not head then return {{'cold'}} end
    if sub(head, 1, 1) == 'b' then return {{'building'}} end
    if call('TTL', key) < ttl - 86400 then
        for n, name in ipairs(keys_of(key, head)) do call('EXPIRE', name, n == 1 and ttl or ttl + 3600) end
    end
    local function precedes(a, b)
        if #a ~= #b then return #a < #b end
        return a < b
    end
    local base, start, lowest = base_of(key, head), find(head, before_ms), '(' .. sub(head, 14, 28)
    local ids, at, more = {{}}, start, true
    while more and #ids < limit and at <= #head do
        local offset, found = 0, nil
        repeat
            found = call('ZRANGE', base .. sub(head, at, at + 5), before_ms, lowest,
                'BYSCORE', 'REV', 'LIMIT', offset, limit + 1)
            offset = offset + #found
            for _, id in ipairs(found) do
                if not precedes(after, id) then more = false break end
                if #ids < limit and precedes(id, before) then ids[#ids + 1] = id end
            end
        until not more or #ids >= limit or #found <= limit
        at = at + 21
    end
    local above = {{}}
    at = look_back > 0 and math.min(start, #head - 20) or 0
    while at >= 29 and #above < look_back do
        local offset, found = 0, nil
        repeat
            found = call('ZRANGE', base .. sub(head, at, at + 5), before_ms, '+inf',
                'BYSCORE', 'LIMIT', offset, look_back)
            offset = offset + #found
            for _, id in ipairs(found) do
                if #above < look_back and not precedes(id, before) then above[#above + 1] = id end
            end
        until #above >= look_back or #found < look_back
        at = at - 21
    end
    return {{'ready', sub(head, 14, 28), ids, above, call('HKEYS', KEYS[3])}}
"""
