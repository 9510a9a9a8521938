using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vouch.TestData;

/// <summary>A real redis-server of a test's own on a free port of this machine. Without one the test skips and says so; with <c>VOUCH_REQUIRE_TOOLS=1</c> it fails.</summary>
internal sealed class RedisServerProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-redis-").FullName;
    private Process? _process;

    public RedisServerProcess()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    public int Port { get; }

    /// <summary>Starts the server, unless it runs, and returns when it takes connections.</summary>
    public RedisServerProcess Start(params string[] arguments)
    {
        if (_process is not null)
        {
            return this;
        }

        string port = Port.ToString(CultureInfo.InvariantCulture);
        try
        {
            string log = Path.Combine(_folder, "log");
            _process = Process.Start(new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder, "--logfile", log, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("VOUCH_REQUIRE_TOOLS") != "1", "redis-server is not on this machine.");
            throw;
        }

        while (!_process.HasExited)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(IPAddress.Loopback, Port);
                return this;
            }
            catch (SocketException)
            {
                Thread.Yield();
            }
        }

        throw new InvalidOperationException("redis-server ended before it took connections.");
    }

    /// <summary>Starts the server for encrypted connections alone. A server that was built without TLS skips the test and says so.</summary>
    public RedisServerProcess StartTls(params string[] arguments)
    {
        try
        {
            return Start(["--port", "0", .. arguments]);
        }
        catch (InvalidOperationException)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("VOUCH_REQUIRE_TOOLS") != "1", "This redis-server knows no TLS.");
            throw;
        }
    }

    /// <summary>Kills the server; what it held is gone.</summary>
    public void Kill()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }
}
