namespace Vouch.Caching.Policies;

/// <summary>Remembers of keys that left the cache when they were read last and their kind: 8 bytes per key, eight keys to a cache line; a full line forgets the key read longest ago.</summary>
/// <remarks>Keys are told apart by their place and the low 24 bits of their hash: at most one stranger in a hundred is taken for an old acquaintance, in tables below a million keys one in fifty thousand. Memory is fixed at construction.</remarks>
internal sealed class ReuseGhosts
{
    private const int Ways = 8;
    private readonly Ghost[] _ghosts;
    private readonly uint _lines;

    public ReuseGhosts(long keys)
    {
        _lines = (uint)Math.Clamp((keys + Ways - 1) / Ways, 1, 1 << 27);
        _ghosts = new Ghost[_lines * Ways];
    }

    public int Capacity => _ghosts.Length;

    /// <summary>Takes a key out, if it is there.</summary>
    public bool TryTake(uint hash, out uint lastRead, out byte kind)
    {
        foreach (ref Ghost ghost in Line(hash))
        {
            if (ghost.Is(hash))
            {
                (lastRead, kind) = (ghost.LastRead, ghost.Kind);
                ghost = default;
                return true;
            }
        }

        (lastRead, kind) = (0, 0);
        return false;
    }

    /// <summary>Puts a key in. True when that made it forget another one.</summary>
    public bool Add(uint hash, uint lastRead, byte kind, uint now, out uint forgottenRead, out byte forgottenKind)
    {
        Span<Ghost> line = Line(hash);
        ulong oldest = 0;
        for (int way = 0; way < line.Length; way++)
        {
            ulong age = line[way].Present ? now - line[way].LastRead : 1UL << 32;
            oldest = Math.Max(oldest, (age << 3) | (uint)way);
        }

        int place = (int)(oldest & (Ways - 1));
        bool forgot = line[place].Present;
        (forgottenRead, forgottenKind) = (line[place].LastRead, line[place].Kind);
        line[place] = new Ghost(lastRead, hash, kind);
        return forgot;
    }

    /// <summary>Tells the model of every so many-th line's keys that they wait.</summary>
    public void Report(ReuseModel model, uint now, int stride)
    {
        for (uint line = 0; line < _lines; line += (uint)stride)
        {
            foreach (Ghost ghost in _ghosts.AsSpan((int)(line * Ways), Ways))
            {
                if (ghost.Present)
                {
                    model.Waiting(ghost.Kind, now - ghost.LastRead, stride);
                }
            }
        }
    }

    private Span<Ghost> Line(uint hash) => _ghosts.AsSpan((int)((ulong)hash * _lines >> 32) * Ways, Ways);

    private readonly struct Ghost(uint lastRead, uint hash, byte kind)
    {
        private readonly uint _tag = (hash << 8) | (byte)(kind + 1); // 0 in the lowest byte where there is none

        public uint LastRead { get; } = lastRead;

        public byte Kind => (byte)(_tag - 1);

        public bool Present => (byte)_tag != 0;

        public bool Is(uint hash) => _tag >> 8 == (hash & 0xFFFFFF) && Present;
    }
}
