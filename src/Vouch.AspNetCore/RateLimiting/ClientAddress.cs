using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Vouch.AspNetCore.RateLimiting;

/// <summary>The address of a client as a key.</summary>
internal static class ClientAddress
{
    public static string KeyOf(HttpContext context)
    {
        IPAddress? address = context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
