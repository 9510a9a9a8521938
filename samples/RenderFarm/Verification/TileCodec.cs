using System.Buffers;
using RenderFarm.Workers;
using Vouch.Execution.Journal;

namespace RenderFarm.Verification;

/// <summary>Keeps accepted tiles in the journal, bit by bit.</summary>
internal sealed class TileCodec : IResultCodec<TileImage>
{
    public void Write(TileImage result, IBufferWriter<byte> output) => output.Write(result.ToBytes());

    public TileImage Read(ReadOnlySpan<byte> data) => TileImage.FromBytes(data);
}
