using System.Security.Cryptography;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

public sealed class CheckpointTests
{
    private static readonly Checkpoint Plain = new("example.com/audit", new TreeHead(42, MerkleTree.EmptyRoot));

    [Fact]
    public void ToString_IsTheC2spForm() =>
        Plain.ToString().Should().Be("example.com/audit\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");

    [Fact]
    public void TryParse_OwnTextAndExtensionLines_RoundTrip()
    {
        Checkpoint.TryParse(Plain.ToString(), out Checkpoint? read).Should().BeTrue();
        Checkpoint.TryParse(Plain + "extension\n", out Checkpoint? extended).Should().BeTrue();

        read.Should().Be(Plain);
        extended!.Head.Should().Be(Plain.Head);
        extended.ToString().Should().EndWith("extension\n");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example.com/audit\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("example.com/audit\n042\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("example.com/audit\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("example.com/audit\n42\n47DEQpj8HBSa\n")]
    [InlineData("example.com/audit\n42\n 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("example.com/audit\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n")]
    [InlineData("example.com/audit\n99999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    public void TryParse_Malformed_IsRefused(string? text)
    {
        Checkpoint.TryParse(text, out Checkpoint? checkpoint).Should().BeFalse();

        checkpoint.Should().BeNull();
    }

    [Fact]
    public void Sign_ThenVerify_HoldsForTheSignedTextAndKeyOnly()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verifier = new EcdsaCheckpointVerifier("example.com/audit", key);

        string note = Plain.Sign(new EcdsaCheckpointSigner("example.com/audit", key));

        note.Should().StartWith(Plain + "\n\u2014 example.com/audit ");
        Checkpoint.TryVerify(note, verifier, out Checkpoint? read).Should().BeTrue();
        read.Should().Be(Plain);
        Checkpoint.TryVerify(note.Replace("\n42\n", "\n43\n", StringComparison.Ordinal), verifier, out _).Should().BeFalse();
        Checkpoint.TryVerify(note, new EcdsaCheckpointVerifier("example.com/audit", other), out _).Should().BeFalse();
        Checkpoint.TryVerify(note, new EcdsaCheckpointVerifier("example.com/other", key), out _).Should().BeFalse();
        Checkpoint.TryVerify(Plain.ToString(), verifier, out _).Should().BeFalse();
        Checkpoint.TryVerify(null, verifier, out _).Should().BeFalse();
    }

    [Fact]
    public void TryVerify_SignatureOfAnotherKeyBesideIt_IsIgnored()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa witness = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string note = Plain.Sign(new EcdsaCheckpointSigner("example.com/audit", key));
        string witnessed = Plain.Sign(new EcdsaCheckpointSigner("witness.example", witness));

        string both = note + witnessed[(witnessed.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)..];

        Checkpoint.TryVerify(both, new EcdsaCheckpointVerifier("example.com/audit", key), out _).Should().BeTrue();
        Checkpoint.TryVerify(both, new EcdsaCheckpointVerifier("witness.example", witness), out _).Should().BeTrue();
    }

    [Fact]
    public void TryVerify_EveryCharacterOfTheNoteChanged_IsRefused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verifier = new EcdsaCheckpointVerifier("example.com/audit", key);
        string note = Plain.Sign(new EcdsaCheckpointSigner("example.com/audit", key));

        for (int i = 0; i < note.Length; i++)
        {
            char[] changed = note.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';

            // The last base64 digit may carry bits that stand for nothing.
            bool verified = Checkpoint.TryVerify(new string(changed), verifier, out Checkpoint? read);
            (verified && !read!.Equals(Plain)).Should().BeFalse();
            (verified && i < Plain.ToString().Length).Should().BeFalse($"character {i} was changed");
        }
    }

    [Fact]
    public void Signer_WrongKeyOrName_Throws()
    {
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Action curve = () => _ = new EcdsaCheckpointSigner("log", p384);
        Action name = () => _ = new EcdsaCheckpointSigner("a log", p256);

        curve.Should().Throw<ArgumentException>();
        name.Should().Throw<ArgumentException>();
    }
}
