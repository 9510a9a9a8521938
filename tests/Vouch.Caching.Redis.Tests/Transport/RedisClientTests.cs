using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Vouch.Caching.Redis.Protocol;
using Vouch.Caching.Redis.Transport;
using Vouch.Testing;

namespace Vouch.Caching.Redis.Tests.Transport;

public sealed class RedisClientTests : IDisposable
{
    private readonly RedisServerProcess _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task SendAsync_RepliesComeInOrder_ErrorsAmongThem()
    {
        using var client = new RedisClient(_server.Start().Options);

        RedisValue[] replies = await client.SendAsync([new("SET", "a", "1"), new("INCR", "a"), new("LPUSH", "a", "x"), new("GET", "a"), new("GET", "none")]);

        replies.Select(reply => reply.Kind).Should().Equal(RedisValueKind.Bytes, RedisValueKind.Whole, RedisValueKind.Error, RedisValueKind.Bytes, RedisValueKind.Null);
        replies[3].Whole.Should().Be(2);
    }

    [Fact]
    public async Task SendAsync_ManyCallersAtOnce_EachGetsItsOwnReplies()
    {
        using var client = new RedisClient(_server.Start().Options);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                string text = new((char)('a' + caller), (i * 37) % 5_000);
                RedisValue[] replies = await client.SendAsync([new("SET", $"key-{caller}", text), new("GET", $"key-{caller}"), new("ECHO", $"{caller}/{i}")]);
                replies[1].Text.Should().Be(text);
                replies[2].Text.Should().Be($"{caller}/{i}");
            }
        })));
    }

    [Fact]
    public async Task SendAsync_LongValue_ComesBackWhole()
    {
        using var client = new RedisClient(_server.Start().Options);
        byte[] value = new byte[5_000_000];
        new Random(1).NextBytes(value);

        RedisValue[] replies = await client.SendAsync([new("SET", "long", value), new("GET", "long")]);

        replies[1].Bytes.Span.SequenceEqual(value).Should().BeTrue();
    }

    [Fact]
    public async Task Password_IsSent_AndAWrongOneIsSaid()
    {
        _server.Start("--requirepass", "secret");
        RedisOptions options = _server.Options;
        options.Password = "secret";
        options.Database = 3;
        using var right = new RedisClient(options);
        options = _server.Options;
        options.Password = "wrong";
        using var wrong = new RedisClient(options);

        (await right.SendAsync([new("PING")]))[0].Text.Should().Be("PONG");
        (await wrong.Invoking(client => client.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>()).WithMessage("*WRONGPASS*");
    }

    [Fact]
    public async Task NoServer_FailsAtOnce_AndPausesByTheClock()
    {
        RedisOptions options = _server.Options;
        options.MinReconnectDelay = options.MaxReconnectDelay = TimeSpan.FromMinutes(1);
        var clock = new ManualTimeProvider();
        using var client = new RedisClient(options, clock, seed: 1);

        await client.Invoking(it => it.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>();
        _server.Start();
        RedisConnectionException pausing = (await client.Invoking(it => it.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>()).Which;
        clock.Advance(TimeSpan.FromMinutes(1));

        pausing.RetryAfter.Should().BeGreaterThan(TimeSpan.FromSeconds(29)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        (await client.SendAsync([new("PING")]))[0].Text.Should().Be("PONG");
    }

    [Fact]
    public async Task ServerKilledAndBack_TheClientIsBackToo()
    {
        using var client = new RedisClient(_server.Start().Options);
        await client.SendAsync([new("SET", "a", "1")]);

        _server.Kill();
        await client.Invoking(it => it.SendAsync([new("GET", "a")])).Should().ThrowAsync<RedisConnectionException>();
        _server.Start();

        (await UntilConnectedAsync(client, new("GET", "a"))).IsNull.Should().BeTrue("the server lost its data");
    }

    [Fact]
    public async Task Silence_EndsTheConnectionAfterTheTimeout()
    {
        // Takes connections, shakes hands, and then says nothing: what is left of a server whose machine is gone.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<TcpClient> accepted = listener.AcceptTcpClientAsync();
        var clock = new ManualTimeProvider();
        using var client = new RedisClient(new RedisOptions { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }, clock);
        Task<RedisValue[]> sent = client.SendAsync([new("GET", "a")]);
        using TcpClient server = await accepted;
        NetworkStream stream = server.GetStream();
        await ReadUntilAsync(stream, "HELLO");
        await stream.WriteAsync("+OK\r\n"u8.ToArray());
        await ReadUntilAsync(stream, "GET");

        // The command is on its way before the client begins to count.
        while (!sent.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        await sent.Invoking(task => task).Should().ThrowAsync<RedisConnectionException>().WithMessage("*did not answer within*");
        (await stream.ReadAsync(new byte[1])).Should().Be(0, "the connection is closed");
    }

    [Fact]
    public async Task Track_ChangesByOthers_AreHeard()
    {
        using var client = new RedisClient(_server.Start().Options);
        using var other = new RedisClient(_server.Options);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable tracking = client.Track("mine:", key =>
        {
            if (key is not null)
            {
                heard.TrySetResult(key);
            }
        });
        await client.SendAsync([new("PING")]);

        await other.SendAsync([new("SET", "yours:1", "x"), new("SET", "mine:1", "x")]);

        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(20))).Should().Be("mine:1");
    }

    [Theory]
    [InlineData(0, "Port")]
    [InlineData(70_000, "Port")]
    public void Options_OutsideTheirRange_AreNamed(int port, string name) =>
        FluentActions.Invoking(() => new RedisClient(new RedisOptions { Port = port })).Should().Throw<OptionsValidationException>().WithMessage($"*{name}*");

    [Fact]
    public void Options_UserWithoutPassword_IsRefused() =>
        FluentActions.Invoking(() => new RedisClient(new RedisOptions { User = "ann" })).Should().Throw<OptionsValidationException>().WithMessage("*Password*");

    internal static async Task<RedisValue> UntilConnectedAsync(RedisClient client, RedisCommand command)
    {
        while (true)
        {
            try
            {
                return (await client.SendAsync([command]))[0];
            }
            catch (RedisConnectionException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task ReadUntilAsync(NetworkStream stream, string word)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!text.ToString().Contains(word, StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer);
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }
}
