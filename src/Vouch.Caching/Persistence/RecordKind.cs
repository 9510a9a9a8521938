namespace Vouch.Caching.Persistence;

/// <summary>What a record in a segment says.</summary>
internal enum RecordKind : byte
{
    /// <summary>A key has a value.</summary>
    Put = 1,

    /// <summary>The keys of this hash have none any more.</summary>
    Remove = 2,

    /// <summary>Nothing written before this counts.</summary>
    Clear = 3,

    /// <summary>The entry of this hash was read, and lives longer for it (sliding expiration).</summary>
    Touch = 4,
}
