"""What the timelines' servers run: one script, one round trip, the keys of one bucket.

Where a script is for many timelines, KEYS[1] is what all their keys begin with, and ids of users come in one
text, 19 digits each: cheaper to take apart than anything else that was measured.
How a timeline is kept stands in `chunks`.
"""

from tweets.timelines.chunks import ADD, CHUNKS, LIMITS

# A timeline whose build began after `seen` read the tweet, or its absence, from SQL: it is left alone.
# How long the newest chunk is, is asked in one timeline of three, in others for the next tweet: that it grows
# by those 28 entries for which the server would need more memory has a chance of one in 80,000.
# Several tweets are added in one command, unless the chunk is not made for them.
PUSH = f"""{LIMITS}{CHUNKS}{ADD}
    local seen, turn, prefix, half = ARGV[4], tonumber(ARGV[5]) * 19 - 1, KEYS[1], chunk / 2

    local function has_room(name, count, at)
        if count == 1 then return (at + turn) % 57 ~= 0 end
        local size = call('ZCARD', name)
        return size + count <= chunk and (size > half or size + count <= half)
    end

    local n = 7 + tonumber(ARGV[6])
    while n < #ARGV do
        local users, count, first = ARGV[n], tonumber(ARGV[n + 1]), n + 2
        local last, oldest = first + 2 * count - 1, ARGV[first]
        for at = 1, #users, 19 do
            local key = prefix .. sub(users, at, at + 18)
            local head = call('GET', key)
            if head and sub(head, 2, 13) <= seen then
                local begun, name = sub(head, 35, 49), key .. sub(head, 2, 13) .. sub(head, 29, 34)
                if begun ~= '' and begun <= oldest and oldest > sub(head, 14, 28)
                    and has_room(name, count, at) then
                    call('ZADD', name, unpack(ARGV, first, last))
                else
                    for m = first, last, 2 do
                        if ARGV[m] > sub(head, 14, 28) then head = add(key, head, ARGV[m], ARGV[m + 1]) end
                    end
                end
            end
        end
        n = last + 1
    end
    local marked = {{}}
    for author = 7, 6 + tonumber(ARGV[6]) do
        if call('HEXISTS', KEYS[2], ARGV[author]) == 1 then marked[#marked + 1] = ARGV[author] end
    end
    return marked
"""

# A timeline being built may have read the ids already: its build is called off.
REMOVE = f"""{CHUNKS}
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

DROP = f"""{CHUNKS}
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

BEGIN = f"""{CHUNKS}{_HEAD}
    if head_of(KEYS[1], KEYS[2]) then return 0 end
    call('SET', KEYS[1], 'b' .. ARGV[1] .. '000000000000000', 'EX', ARGV[2])
    return 1
"""

# What SQL said comes in chunks, oldest first, each one text of ms and id, 34 digits an entry, which costs a
# third of an argument for each. The newest is added first: the next one's place is then at the front. What
# was pushed meanwhile is put aside and added to them.
FINISH = f"""{LIMITS}{CHUNKS}{ADD}
    local key, token, floor, ttl = KEYS[1], ARGV[4], ARGV[5], tonumber(ARGV[6])
    local head = call('GET', key)
    if not head or sub(head, 1, 13) ~= 'b' .. token then return 0 end
    local pushed = {{}}
    for n, name in ipairs(keys_of(key, head)) do
        pushed[n] = n > 1 and call('ZRANGE', name, 0, -1, 'WITHSCORES') or {{}}
    end
    wipe(key, head)
    local chunks, byte = '', string.byte
    for n = 7, #ARGV do
        local text, label, entries = ARGV[n], format('%06x', n - 7), {{}}
        for at = #text - 33, 1, -34 do
            local id = at + 15
            while byte(text, id) == 48 do id = id + 1 end
            entries[#entries + 1] = sub(text, at, at + 14)
            entries[#entries + 1] = sub(text, id, at + 33)
        end
        call('ZADD', key .. token .. label, unpack(entries))
        call('EXPIRE', key .. token .. label, ttl + 3600)
        chunks = label .. sub(text, 1, 15) .. chunks
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

ABANDON = f"""{CHUNKS}
    local head = call('GET', KEYS[1])
    if head and sub(head, 1, 13) == 'b' .. ARGV[1] then wipe(KEYS[1], head) end
"""

UNMARK = """
    if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
"""

REACHED = f"""{CHUNKS}
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
PAGE = f"""{CHUNKS}{_HEAD}
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
    local above, here = {{}}, 0
    at = look_back > 0 and math.min(start, #head - 20) or 0
    while at >= 29 and here < look_back do
        local offset, found = 0, nil
        repeat
            found = call('ZRANGE', base .. sub(head, at, at + 5), before_ms, '+inf',
                'BYSCORE', 'LIMIT', offset, look_back)
            offset = offset + #found
            local first, last = 1, #found
            while first <= last and precedes(found[first], before) do first = first + 1 end
            last = math.min(last, first + look_back - here - 1)
            if first <= last then
                above[#above + 1] = table.concat(found, ' ', first, last)
                here = here + last - first + 1
            end
        until here >= look_back or #found < look_back
        at = at - 21
    end
    return {{'ready', sub(head, 14, 28), ids, table.concat(above, ' '),
        call('HKEYS', KEYS[3])}}
"""
