using System.Diagnostics.CodeAnalysis;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

/// <summary>A store as plain as a list, that fails or waits when the test says so.</summary>
internal sealed class ScriptedAuditStore : IAuditStore
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _entries = [];

    public string? Location => "scripted";

    public Action<long> BeforeAppend { get; set; } = static _ => { };

    public Action BeforeFlush { get; set; } = static () => { };

    public int Appends { get; private set; }

    public int Flushes { get; private set; }

    public int Durable { get; private set; }

    public bool IsDisposed { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public AuditStoreContent Load(AuditEntryVisitor visit, bool repair)
    {
        _entries.ForEach(entry => visit(entry));
        return new AuditStoreContent(_entries.Count, 0, null);
    }

    public void Append(long firstIndex, AuditEntries entries)
    {
        BeforeAppend(firstIndex);
        lock (_gate)
        {
            firstIndex.Should().Be(_entries.Count);
            for (int i = 0; i < entries.Count; i++)
            {
                _entries.Add(entries[i].ToArray());
            }

            Appends++;
        }
    }

    public void Flush()
    {
        int appended = Count;
        BeforeFlush();
        Durable = appended;
        Flushes++;
    }

    public bool TryRead(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        lock (_gate)
        {
            entry = _entries[(int)index];
        }

        corruption = null;
        return true;
    }

    public long GetOffset(long index) => -1;

    public void Replace(int index, byte[] entry)
    {
        lock (_gate)
        {
            _entries[index] = entry;
        }
    }

    public void Dispose() => IsDisposed = true;
}
