using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Replication;

/// <summary>Draws who is checked: unforeseeable for workers, and provable to everyone afterwards.</summary>
/// <remarks>
/// <para>Commit, draw, reveal. The seed comes from a cryptographic generator; its <see cref="Commitment"/> (SHA-256) is put into the audit log before the first
/// draw. Every draw is HMAC-SHA-256 of the seed over (worker, unit, round): whoever saw any number of draws cannot foresee the next, and the drawer cannot
/// choose them to spare a friend, since the commitment fixes all of them. After <see cref="Reveal"/> anyone repeats every draw (<see cref="SpotCheckAudit"/>);
/// a revealed lottery draws no more. Checks that never end take a new lottery per epoch.</para>
/// <para>Safe to share. O(1) per draw.</para>
/// <para>Sources: M. Blum, "Coin flipping by telephone", <i>CRYPTO</i>, 1981 (commitment); RFC 2104 (HMAC) as a pseudo-random function.</para>
/// </remarks>
public sealed class SpotCheckLottery
{
    /// <summary>The number of bytes of a seed and of a commitment.</summary>
    public const int Length = 32;

    private const int StackLimit = 512;
    private static ReadOnlySpan<byte> CommitmentDomain => "vouch spot-check lottery v1 commitment\0"u8;

    private readonly byte[] _seed;
    private volatile bool _revealed;

    private SpotCheckLottery(byte[] seed)
    {
        _seed = seed;
        Commitment = Commit(seed);
    }

    /// <summary>Gets the commitment to the seed: what goes into the audit log before the first draw.</summary>
    /// <value>32 bytes.</value>
    public ReadOnlyMemory<byte> Commitment { get; }

    /// <summary>Gets whether the seed is public, so that nothing more can be drawn.</summary>
    public bool IsRevealed => _revealed;

    /// <summary>Makes a lottery with a seed from the system's cryptographic generator.</summary>
    public static SpotCheckLottery Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Makes a lottery with a given seed: for tests, simulations, and to repeat a revealed one. Who knows the seed knows every draw.</summary>
    /// <param name="seed">32 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public static SpotCheckLottery FromSeed(ReadOnlySpan<byte> seed) => seed.Length == Length
        ? new SpotCheckLottery(seed.ToArray())
        : throw new ArgumentException($"A seed has {Length} bytes, not {seed.Length}.", nameof(seed));

    /// <summary>Computes the commitment to a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Commit(ReadOnlySpan<byte> seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(CommitmentDomain);
        hash.AppendData(seed);
        return hash.GetHashAndReset();
    }

    /// <summary>Tells whether a seed is the one that was committed to.</summary>
    /// <param name="commitment">What the log holds.</param>
    /// <param name="seed">What was revealed.</param>
    public static bool Matches(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> seed) =>
        seed.Length == Length && CryptographicOperations.FixedTimeEquals(commitment, Commit(seed));

    /// <summary>Draws for a result.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="worker">Who sent the result.</param>
    /// <param name="round">Which draw about this result, from 0.</param>
    /// <returns>A number in [0, 1), a multiple of 2^-53: the same for the same arguments, otherwise independent of all others.</returns>
    /// <exception cref="ArgumentException">An id is the default value.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="round"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The seed is revealed.</exception>
    public double Draw(WorkUnitId unit, WorkerId worker, int round = 0)
    {
        if (_revealed)
        {
            throw new InvalidOperationException("The seed of this lottery is revealed: workers could foresee the draw. Make a new one.");
        }

        return Repeat(unit, worker, round);
    }

    /// <summary>Makes the seed public; nothing is drawn from then on.</summary>
    /// <returns>The seed, 32 bytes, for the audit log.</returns>
    public byte[] Reveal()
    {
        _revealed = true;
        return [.. _seed];
    }

    /// <summary>The draw, whether or not the seed is revealed.</summary>
    internal double Repeat(WorkUnitId unit, WorkerId worker, int round)
    {
        if (unit.IsDefault || worker.IsDefault)
        {
            throw new ArgumentException("A draw is about a unit and a worker; one of them is the default value.", unit.IsDefault ? nameof(unit) : nameof(worker));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(round);

        // Lengths first: no two pairs of names read the same.
        int size = 12 + Encoding.UTF8.GetByteCount(worker.Value) + Encoding.UTF8.GetByteCount(unit.Value);
        Span<byte> message = size <= StackLimit ? stackalloc byte[size] : new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(message, round);
        int workerLength = Encoding.UTF8.GetBytes(worker.Value, message[12..]);
        int unitLength = Encoding.UTF8.GetBytes(unit.Value, message[(12 + workerLength)..]);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], workerLength);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], unitLength);
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_seed, message, tag);
        return (BinaryPrimitives.ReadUInt64LittleEndian(tag) >> 11) * (1.0 / (1UL << 53));
    }
}
