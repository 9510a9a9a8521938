using System.Diagnostics.CodeAnalysis;

namespace Vouch.TrustEngine.Audit;

/// <summary>Memory, in blocks of 1 MiB.</summary>
internal sealed class MemoryAuditStore : IAuditStore
{
    private const int BlockLength = 1 << 20;
    private readonly Lock _gate = new();
    private readonly List<byte[]> _blocks = [];
    private readonly OffsetList _offsets = new();
    private long _end;

    public string? Location => null;

    public AuditStoreContent Load(AuditEntryVisitor visit, bool repair) => default;

    public void Append(long firstIndex, AuditEntries entries)
    {
        lock (_gate)
        {
            for (int i = 0; i < entries.Count; i++)
            {
                ReadOnlySpan<byte> entry = entries[i];
                _offsets.Add(_end);
                while (!entry.IsEmpty)
                {
                    int at = (int)(_end % BlockLength);
                    if (_end / BlockLength == _blocks.Count)
                    {
                        _blocks.Add(GC.AllocateUninitializedArray<byte>(BlockLength));
                    }

                    int part = Math.Min(entry.Length, BlockLength - at);
                    entry[..part].CopyTo(_blocks[^1].AsSpan(at));
                    entry = entry[part..];
                    _end += part;
                }
            }
        }
    }

    public bool TryRead(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        lock (_gate)
        {
            long start = _offsets[index];
            long end = index + 1 < _offsets.Count ? _offsets[index + 1] : _end;
            entry = new byte[end - start];
            for (int done = 0; done < entry.Length;)
            {
                int at = (int)((start + done) % BlockLength);
                int part = Math.Min(entry.Length - done, BlockLength - at);
                _blocks[(int)((start + done) / BlockLength)].AsSpan(at, part).CopyTo(entry.AsSpan(done));
                done += part;
            }
        }

        corruption = null;
        return true;
    }

    public long GetOffset(long index) => -1;

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}
