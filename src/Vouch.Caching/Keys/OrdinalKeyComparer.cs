using System.Runtime.InteropServices;

namespace Vouch.Caching.Keys;

/// <summary>Strings by their code units, and spans of characters that stand for them.</summary>
internal sealed class OrdinalKeyComparer(KeySeed seed) : KeyComparer<string>, IAlternateKeyComparer<ReadOnlySpan<char>, string>
{
    public override ulong Hash(string key) => KeyHash.OfBytes(MemoryMarshal.AsBytes(key.AsSpan()), seed);

    public override bool Equals(string? stored, string key) => string.Equals(stored, key);

    public ulong Hash(ReadOnlySpan<char> alternate) => KeyHash.OfBytes(MemoryMarshal.AsBytes(alternate), seed);

    public bool Equals(ReadOnlySpan<char> alternate, string? stored) => stored is not null && alternate.SequenceEqual(stored);

    public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
}
