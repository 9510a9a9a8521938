using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vouch.AspNetCore.RateLimiting;
using Vouch.Security.RateLimiting;
using Vouch.Testing;

namespace Vouch.AspNetCore.Tests.RateLimiting;

public sealed class RateLimitingTests
{
    [Fact]
    public async Task UseVouchRateLimiting_TellsWhatIsLeftAndAnswers429()
    {
        var time = new ManualTimeProvider();
        await using WebApplication app = await StartAsync(
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                services.AddVouchSecurity(options =>
                {
                    options.Permits = 2;
                    options.Period = TimeSpan.FromSeconds(60);
                });
                services.AddVouchRequestSecurity();
                services.Configure<RateLimitingOptions>(options =>
                {
                    options.PolicyName = "api";
                    options.KeyOf = static context => context.Request.Headers["X-Client"].ToString();
                });
            },
            app => app.UseVouchRateLimiting());
        using var client = new HttpClient { BaseAddress = AddressOf(app) };

        HttpResponseMessage first = await SendAsync(client, "a");
        HttpResponseMessage second = await SendAsync(client, "a");
        HttpResponseMessage third = await SendAsync(client, "a");
        HttpResponseMessage other = await SendAsync(client, "b");
        time.Advance(TimeSpan.FromSeconds(30));
        HttpResponseMessage later = await SendAsync(client, "a");

        Header(first, "RateLimit-Policy").Should().Be("\"api\";q=2;w=60");
        Header(first, "RateLimit").Should().Be("\"api\";r=1;t=30");
        Header(second, "RateLimit").Should().Be("\"api\";r=0;t=60");
        third.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        Header(third, "Retry-After").Should().Be("30");
        other.StatusCode.Should().Be(HttpStatusCode.OK);
        later.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task UseVouchLimiter_InAspNetCoresRateLimiting_RefusesWithHeaders()
    {
        var limiter = new KeyedRateLimiter<string>(new RateQuota(1, TimeSpan.FromHours(1)));
        await using WebApplication app = await StartAsync(
            services => services.AddRateLimiter(options => options.UseVouchLimiter(limiter, static context => context.Request.Headers["X-Client"].ToString())),
            app => app.UseRateLimiter());
        using var client = new HttpClient { BaseAddress = AddressOf(app) };

        HttpResponseMessage granted = await SendAsync(client, "a");
        HttpResponseMessage refused = await SendAsync(client, "a");

        granted.StatusCode.Should().Be(HttpStatusCode.OK);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        Header(refused, "RateLimit").Should().Be("\"default\";r=0;t=3600");
        Header(refused, "Retry-After").Should().Be("3600");
    }

    [Theory]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    public void KeyOf_Default_IsTheClientsAddressAnIpv6OneByItsNetwork(string address, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        new RateLimitingOptions().KeyOf(context).Should().Be(expected);
    }

    [Fact]
    public void Write_NameWithAQuote_Throws() => FluentActions
        .Invoking(() => RateLimitHeaders.Write(new DefaultHttpContext().Response, default, RateQuota.PerSecond(1), "a\"b")).Should().Throw<ArgumentException>();

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> services, Action<WebApplication> pipeline)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder.Services);
        WebApplication app = builder.Build();
        pipeline(app);
        app.MapGet("/", () => "ok");
        await app.StartAsync();
        return app;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string name)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("X-Client", name);
        return client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Should().ContainSingle().Subject;
}
