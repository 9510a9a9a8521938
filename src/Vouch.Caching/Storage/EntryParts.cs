namespace Vouch.Caching.Storage;

/// <summary>What a table keeps beside keys and values. What no entry asks for is not there.</summary>
[Flags]
internal enum EntryParts
{
    None = 0,
    Deadlines = 1,
    Sliding = 2,
    Limits = 4,
    Tags = 8,
}
