using System.Security.Cryptography;
using Vouch.Security.Signing;
using Vouch.Testing;

namespace Vouch.Security.Tests.Signing;

public sealed class KeyRingTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Rotate_NewKeySignsAfterItsDelayOldOneVerifiesThroughTheOverlap()
    {
        using var ring = new KeyRing([Key("old")], _time);

        ring.Rotate(Key("new"), overlap: TimeSpan.FromMinutes(10), delay: TimeSpan.FromMinutes(1));

        ring.Current!.Id.Should().Be("old");
        ring.Find("new", out _).Should().NotBeNull("who verifies knows a key before anybody signs with it");
        _time.Advance(TimeSpan.FromMinutes(1));
        ring.Current!.Id.Should().Be("new");
        ring.Find("old", out _).Should().NotBeNull();
        _time.Advance(TimeSpan.FromMinutes(10));
        ring.Find("old", out SignatureFailure failure).Should().BeNull();
        failure.Should().Be(SignatureFailure.KeyExpired);
        ring.Generation.Should().Be(2);
        ring.Prune().Should().Be(1);
        ring.Prune().Should().Be(0);
        ring.Find("old", out failure).Should().BeNull();
        failure.Should().Be(SignatureFailure.UnknownKey);
        ring.Generation.Should().Be(3);
    }

    [Fact]
    public void Add_SameNameOrTooMany_Throws()
    {
        using var ring = new KeyRing([Key("a")], _time);

        FluentActions.Invoking(() => ring.Add(Key("a"))).Should().Throw<ArgumentException>();
        for (int i = 1; i < KeyRing.MaxKeys; i++)
        {
            ring.Add(Key($"k{i}"));
        }

        FluentActions.Invoking(() => ring.Add(Key("more"))).Should().Throw<ArgumentException>();
        ring.Entries.Should().HaveCount(KeyRing.MaxKeys);
    }

    [Fact]
    public void Remove_KeyIsDisposedAndVerifiesNothing()
    {
        SigningKey key = Key("a");
        using var ring = new KeyRing([key], _time);
        byte[] signature = new byte[32];
        key.TrySign("x"u8, signature).Should().BeTrue();

        ring.Remove("a").Should().BeTrue();
        ring.Remove("a").Should().BeFalse();

        key.TrySign("x"u8, signature).Should().BeFalse();
        key.Verify("x"u8, signature).Should().BeFalse();
        ring.Current.Should().BeNull();
    }

    [Fact]
    public void PublicKey_VerifiesButNeverSigns()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using SigningKey signs = SigningKey.FromPem("pair", pair.ExportPkcs8PrivateKeyPem());
        using SigningKey verifies = SigningKey.FromPem("pair", pair.ExportSubjectPublicKeyInfoPem());
        byte[] signature = new byte[64];

        signs.TrySign("text"u8, signature).Should().BeTrue();

        verifies.Verify("text"u8, signature).Should().BeTrue();
        verifies.Verify("Text"u8, signature).Should().BeFalse();
        pair.VerifyData("text"u8, signature, HashAlgorithmName.SHA256).Should().BeTrue();
        verifies.CanSign.Should().BeFalse();
        verifies.TrySign("text"u8, signature).Should().BeFalse();
        new KeyRing([verifies]).Current.Should().BeNull();
    }

    [Fact]
    public void Keys_NotAsDescribed_AreRefusedWithoutShowingThem()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        FluentActions.Invoking(() => SigningKey.FromSecret("a", new byte[15])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromSecret("a\"", new byte[32])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromSecret("", new byte[32])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromWebhookSecret("a", "whsec_canarycanary")).Should().Throw<ArgumentException>().Where(wrong => !wrong.ToString().Contains("canary"));
        FluentActions.Invoking(() => SigningKey.FromWebhookSecret("a", "whsec_c2hvcnQ=")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromPem("a", "-----BEGIN canary-----")).Should().Throw<ArgumentException>().Where(wrong => !wrong.ToString().Contains("canary"));
        FluentActions.Invoking(() => SigningKey.FromEcdsa("a", other)).Should().Throw<ArgumentException>();
        Key("a").ToString().Should().Be("a (HmacSha256)");
    }

    private static SigningKey Key(string id) => SigningKey.FromSecret(id, RandomNumberGenerator.GetBytes(32));
}
