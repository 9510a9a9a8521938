using System.Buffers;
using System.Buffers.Text;

namespace Vouch.Caching.Redis.Protocol;

/// <summary>Writes commands: arrays of bulk strings.</summary>
internal static class RespWriter
{
    public static void WriteCommand(IBufferWriter<byte> target, ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        WriteNumberLine(target, (byte)'*', arguments.Length);
        foreach (ReadOnlyMemory<byte> argument in arguments)
        {
            WriteNumberLine(target, (byte)'$', argument.Length);
            target.Write(argument.Span);
            target.Write("\r\n"u8);
        }
    }

    private static void WriteNumberLine(IBufferWriter<byte> target, byte type, int number)
    {
        Span<byte> span = target.GetSpan(16);
        span[0] = type;
        Utf8Formatter.TryFormat(number, span[1..], out int written);
        span[written + 1] = (byte)'\r';
        span[written + 2] = (byte)'\n';
        target.Advance(written + 3);
    }
}
