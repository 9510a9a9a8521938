using System.Security.Cryptography;

namespace Vouch.Caching.Keys;

/// <summary>The secret words that hashes of keys are made with.</summary>
internal sealed class KeySeed
{
    public readonly ulong A;
    public readonly ulong B;
    public readonly ulong C;

    /// <param name="seed">A number for words that repeat; null for words that nobody can guess.</param>
    public KeySeed(int? seed)
    {
        Span<ulong> words = stackalloc ulong[3];
        if (seed is { } given)
        {
            // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
            ulong state = unchecked((ulong)given);
            foreach (ref ulong word in words)
            {
                word = KeyHash.Finish(state += 0x9E3779B97F4A7C15);
            }
        }
        else
        {
            RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
        }

        // Odd, so that multiplying by them loses nothing.
        A = words[0];
        B = words[1] | 1;
        C = words[2] | 1;
    }
}
