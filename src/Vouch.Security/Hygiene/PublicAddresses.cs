using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vouch.Security.Hygiene;

/// <summary>Tells public IP addresses from those inside: the second half of guarding against server-side request forgery, after names are resolved.</summary>
/// <remarks>Source: the IANA registries of special-purpose addresses (RFC 6890 and its updates).</remarks>
public static class PublicAddresses
{
    private static readonly (uint Network, int Bits)[] Inside =
    [
        (0x00000000, 8), (0x0A000000, 8), (0x64400000, 10), (0x7F000000, 8), (0xA9FE0000, 16), (0xAC100000, 12), (0xC0000000, 24), (0xC0000200, 24), (0xC0586300, 24),
        (0xC0A80000, 16), (0xC6120000, 15), (0xC6336400, 24), (0xCB007100, 24), (0xE0000000, 4), (0xF0000000, 4),
    ];

    /// <summary>Tells whether an address is one of the public internet: not of this host, a private network, a link, a group, or kept for documentation and tests; also not where an IPv6 address carries such an IPv4 one.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        if (length == 4)
        {
            return IsPublic(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        ushort first = (ushort)(value >> 112);
        if (address.IsIPv4MappedToIPv6 || value >> 32 == (UInt128)0x0064FF9B << 64)
        {
            return IsPublic((uint)value); // ::ffff:0:0/96 and the translation prefix 64:ff9b::/96
        }

        if (first == 0x2002)
        {
            return IsPublic((uint)(value >> 80)); // 6to4
        }

        bool isGlobal = first >> 13 == 1;                                                       // 2000::/3
        bool isSpecial = value >> 105 == 0x2001_0000u >> 9                                      // 2001::/23, Teredo and others
            || value >> 96 == 0x2001_0DB8u || value >> 108 == 0x3FFF0u;          // documentation
        return isGlobal && !isSpecial;
    }

    /// <summary>Connects to a public address of a host, for <see cref="SocketsHttpHandler.ConnectCallback"/>: what was checked is what is connected to, whatever the name resolves to a moment later.</summary>
    /// <param name="context">What the client wants to connect to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <exception cref="HttpRequestException">The name resolves to no public address.</exception>
    /// <exception cref="SocketException">The name cannot be resolved, or none of its addresses can be connected to.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        IPAddress[] resolved = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] addresses = [.. resolved.Where(IsPublic)];
        if (addresses.Length == 0)
        {
            throw new HttpRequestException("The host has no public address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(uint address)
    {
        foreach ((uint network, int bits) in Inside)
        {
            if (address >> (32 - bits) == network >> (32 - bits))
            {
                return false;
            }
        }

        return true;
    }
}
