"""How a timeline is kept, and how an entry is added: what the scripts have in common.

A timeline is a head and chunks. The head is a text of fields of fixed width, so that text compares as the
numbers do: state ("b" while it is built, "r" once ready), token (12, the tick at which the build began),
floor (15, a ms), and of each chunk, newest first, its number (6) and its first ms (15). Entries of the
floor's ms and older may be missing here and are read from PostgreSQL.

A chunk is a sorted set, member = tweet id, score = its creation time in ms, never empty, short enough for the
server to keep it in one piece of memory. Entries of one ms are in one chunk; the oldest chunk holds what is
older than its first ms, too. Its key has the token in it: what is left of a timeline that expired is
nobody's.
"""

LIMITS = """
    local chunk, split, max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local early = math.min(chunk + 4, split)  -- of the newest one, whose length is not always asked for
"""

CHUNKS = """
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

ADD = """
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
        local function raise(ms) if ms > floor then floor = ms end end
        for at = 29, #head, 21 do
            local name = base .. sub(head, at, at + 5)
            local size = call('ZCARD', name)
            if size > 0 and left > 0 then
                if size > left then
                    local last = size - left - 1
                    raise(padded(call('ZRANGE', name, last, last, 'WITHSCORES')[2]))
                    call('ZREMRANGEBYRANK', name, 0, last)
                end
                kept[#kept + 1] = sub(head, at, at + 20)
                left, oldest = left - size, sub(head, at + 6, at + 20)
            elseif size > 0 then
                call('DEL', name)
                raise(padded(tonumber(oldest) - 1))
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
