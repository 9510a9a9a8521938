using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Vouch.Core.Exceptions;
using Vouch.Security.Secrets;
using Vouch.Security.Signing;
using Vouch.Testing;

namespace Vouch.Security.Tests.Secrets;

public sealed class SecretTests : IDisposable
{
    private const string Canary = TestData.Canary.Text;
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-secrets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Secret_InEveryOutput_DoesNotShowItself()
    {
        using Secret secret = Secret.FromText(Canary);
        var holder = new Holder("name", secret, [secret], new Dictionary<string, Secret> { ["a"] = secret });
        var outputs = new List<string?>
        {
            secret.ToString(),
            $"{secret}",
            $"{secret,30:X}",
            string.Format(null, "{0}", secret),
            string.Concat("", secret),
            holder.ToString(),
            JsonSerializer.Serialize(secret),
            JsonSerializer.Serialize(holder),
            JsonSerializer.Serialize<object>(new { secret }),
            TypeDescriptor.GetConverter(typeof(Secret)).ConvertToString(secret),
            Convert.ToString(secret, null),
            new InvalidOperationException($"failed with {secret}", new ArgumentException(nameof(secret), secret.ToString())).ToString(),
            typeof(Secret).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value,
            secret.GetHashCode().ToString(),
            SigningKey.FromSecret("a", Encoding.UTF8.GetBytes(Canary)).ToString(),
            JsonSerializer.Serialize(SigningKey.FromSecret("a", Encoding.UTF8.GetBytes(Canary))),
        };
        outputs.AddRange(typeof(Secret).GetProperties().Select(property => property.GetValue(secret)?.ToString()));
        secret.Dispose();
        outputs.Add(FluentActions.Invoking(() => secret.Use(0, static (bytes, _) => bytes.Length)).Should().Throw<ObjectDisposedException>().Which.ToString());

        foreach (string? output in outputs)
        {
            output.Should().NotContain(Canary[..12]);
            TestData.Canary.Forms.Should().OnlyContain(form => output == null || !output.Contains(form));
        }

        typeof(Secret).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Should().OnlyContain(field => field.GetCustomAttribute<DebuggerBrowsableAttribute>()!.State == DebuggerBrowsableState.Never);
    }

    /// <summary>What the output of the whole suite is searched for.</summary>
    [Fact]
    public void Canary_AllItsFormsAreInTheListToSearchFor() =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "canary.txt")).Should().Equal(TestData.Canary.Forms);

    [Fact]
    public void Dispose_ZeroesTheBytes()
    {
        Secret secret = Secret.FromText("abc");
        byte[] bytes = (byte[])typeof(Secret).GetField("_bytes", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(secret)!;
        bytes.Should().Equal("abc"u8.ToArray());

        secret.Dispose();
        secret.Dispose();

        bytes.Should().Equal(0, 0, 0);
    }

    [Fact]
    public void SigningKey_Dispose_ZeroesItsSecret()
    {
        SigningKey key = SigningKey.FromSecret("a", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 });
        byte[] bytes = (byte[])typeof(SigningKey).GetField("_secret", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(key)!;

        key.Dispose();

        bytes.Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void FixedTimeEquals_And_Json_ReadSecrets()
    {
        using Secret one = Secret.FromText("\u00E9\"1");
        using Secret same = JsonSerializer.Deserialize<Secret>("\"\\u00e9\\\"1\"")!;
        using Secret other = Secret.FromText("e\"1");

        one.FixedTimeEquals(same).Should().BeTrue();
        one.FixedTimeEquals(other).Should().BeFalse();
        one.FixedTimeEquals(one).Should().BeTrue();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<Secret>("5")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<Secret>("\"\\ud800\"")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => Secret.FromText("\ud800")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Configuration_BindsAndProvidesSecrets()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Keys:hook"] = Canary }).Build();
        var provider = new ConfigurationSecretProvider(configuration.GetSection("Keys"));
        bool changed = false;
        provider.GetChangeToken().RegisterChangeCallback(_ => changed = true, null);

        using Secret? secret = provider.Find("hook");
        configuration.Reload();

        secret!.Use(0, static (bytes, _) => Encoding.UTF8.GetString(bytes)).Should().Be(Canary);
        provider.Find("none").Should().BeNull();
        changed.Should().BeTrue();
        using Secret? bound = (Secret?)TypeDescriptor.GetConverter(typeof(Secret)).ConvertFromInvariantString(Canary);
        bound!.FixedTimeEquals(secret).Should().BeTrue();
    }

    [Theory]
    [InlineData("text\n", "text")]
    [InlineData("text\r\n", "text")]
    [InlineData("text", "text")]
    [InlineData("a\n\n", "a\n")]
    [InlineData("", "")]
    public void FileSecretProvider_ReadsAFileWithoutItsLastLineBreak(string content, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "hook.key"), content);
        using var provider = new FileSecretProvider(_folder);

        using Secret? secret = provider.Find("hook.key");

        secret!.Use(0, static (bytes, _) => Encoding.UTF8.GetString(bytes)).Should().Be(expected);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void FileSecretProvider_NameThatLeadsElsewhere_Throws(string name)
    {
        using var provider = new FileSecretProvider(_folder);

        FluentActions.Invoking(() => provider.Find(name)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void FileSecretProvider_MissingOrTooLong_SaysSo()
    {
        File.WriteAllBytes(Path.Combine(_folder, "large"), new byte[FileSecretProvider.MaxBytes + 1]);
        using var provider = new FileSecretProvider(_folder);
        using var nowhere = new FileSecretProvider(Path.Combine(_folder, "none"));

        provider.Find("none").Should().BeNull();
        nowhere.Find("none").Should().BeNull();
        FluentActions.Invoking(() => provider.Find("large")).Should().Throw<InputValidationException>();
    }

    [Fact]
    public void SecretKeyRotation_FileChanges_RingRotatesAndOldSignaturesVerify()
    {
        var time = new ManualTimeProvider();
        string file = Path.Combine(_folder, "hook");
        File.WriteAllText(file, "first secret of 16 bytes");
        using var provider = new FileSecretProvider(_folder, TimeSpan.FromSeconds(1), time);
        using var ring = new KeyRing(time);
        using var rotation = new SecretKeyRotation(ring, provider, "hook", overlap: TimeSpan.FromMinutes(5), delay: TimeSpan.FromSeconds(30));
        string first = ring.Current!.Id;
        byte[] signature = new byte[32];
        ring.Current.TrySign("x"u8, signature);

        File.WriteAllText(file, "the second secret, which is longer");
        time.Advance(TimeSpan.FromSeconds(2));

        ring.Current!.Id.Should().Be(first, "who verifies hears of the new key first");
        time.Advance(TimeSpan.FromSeconds(31));
        ring.Current!.Id.Should().NotBe(first).And.StartWith("hook.");
        ring.Find(first, out _)!.Verify("x"u8, signature).Should().BeTrue();
        rotation.IsCurrent.Should().BeTrue();
        File.Delete(file);
        time.Advance(TimeSpan.FromSeconds(2));
        rotation.IsCurrent.Should().BeFalse();
        ring.Current.Should().NotBeNull();
    }

    private sealed record Holder(string Name, Secret Value, Secret[] List, IReadOnlyDictionary<string, Secret> Map);
}
