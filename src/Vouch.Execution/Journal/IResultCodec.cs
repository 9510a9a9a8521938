using System.Buffers;

namespace Vouch.Execution.Journal;

/// <summary>Turns results into bytes and back, so that accepted results outlive the process.</summary>
/// <typeparam name="TResult">What comes back from workers.</typeparam>
/// <remarks>Called from one thread at a time.</remarks>
public interface IResultCodec<TResult>
{
    /// <summary>Writes an accepted result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="output">Where to.</param>
    void Write(TResult result, IBufferWriter<byte> output);

    /// <summary>Reads a result back. The bytes are the ones that were written: their hash was compared before.</summary>
    /// <param name="data">The bytes of one result.</param>
    /// <returns>A result equal to the one written.</returns>
    TResult Read(ReadOnlySpan<byte> data);
}
