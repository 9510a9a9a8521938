using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Core.Policy;

namespace Vouch.Core.Tests.Policy;

public sealed partial class PolicyDigestTests
{
    private static PolicyDigest Digest(string json) => PolicyDigest.OfJson(Encoding.UTF8.GetBytes(json));

    // SHA-256 of the two bytes "{}": printf '{}' | sha256sum (coreutils 9.1).
    [Fact]
    public void OfJson_EmptyObject_IsTheHashOfItsTwoBytes() =>
        Digest(" { } ").Value.Should().Be("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");

    [Fact]
    public void OfJson_RandomSpellingsOfOneValue_HaveOneDigest() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<int>>(), seed =>
        {
            var tree = new JsonTree(new Random(seed.Item));
            object? value = tree.Value();
            string first = tree.Spell(value);
            string second = tree.Spell(value);
            PolicyDigest expected = Digest(first);
            return (Digest(second) == expected
                    && Digest(Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(second)))) == expected)
                .Label($"{first}\n{second}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void OfJson_AnyChangeOfMeaning_ChangesTheDigest() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<int>>(), seed =>
        {
            var tree = new JsonTree(new Random(seed.Item));
            object? value = tree.Value();
            object? changed = tree.Change(value);
            string before = tree.Spell(value);
            string after = tree.Spell(changed);
            return (Digest(before) != Digest(after)).Label($"{before}\n{after}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20_260_102UL, 1UL));

    [Fact]
    public void Of_EqualPolicies_HaveOneDigest_AndAnyOptionChangesIt()
    {
        static SamplePolicy Policy() => new()
        {
            Confidence = 0.99,
            Price = 1.50m,
            Timeout = TimeSpan.FromSeconds(30),
            Profile = OptimizationProfile.Economy,
            Target = new QualityTarget(0.95, QualityScale.Ssim),
            Tiers = { ["a"] = 1, ["b"] = 2 },
        };
        PolicyDigest expected = PolicyDigest.Of(Policy(), PolicyContext.Default.SamplePolicy);
        SamplePolicy otherOrder = Policy();
        otherOrder.Tiers.Clear();
        otherOrder.Tiers["b"] = 2;
        otherOrder.Tiers["a"] = 1;
        otherOrder.Price = 1.5m;
        Action<SamplePolicy>[] changes =
        [
            policy => policy.Confidence = Math.BitIncrement(0.99),
            policy => policy.Price += 0.01m,
            policy => policy.Timeout += TimeSpan.FromTicks(1),
            policy => policy.Profile = OptimizationProfile.Balanced,
            policy => policy.Target = new QualityTarget(0.95, QualityScale.PassRate),
            policy => policy.Tiers["a"] = 3,
            policy => policy.Tiers.Remove("b"),
        ];

        PolicyDigest.Of(otherOrder, PolicyContext.Default.SamplePolicy).Should().Be(expected);
        PolicyDigest[] digests = [.. changes.Select(change =>
        {
            SamplePolicy policy = Policy();
            change(policy);
            return PolicyDigest.Of(policy, PolicyContext.Default.SamplePolicy);
        })];
        digests.Append(expected).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Of_WhatJsonCannotCarry_IsRefused()
    {
        FluentActions.Invoking(() => PolicyDigest.Of(new SamplePolicy { Confidence = double.NaN }, PolicyContext.Default.SamplePolicy))
            .Should().Throw<InputValidationException>().Which.DataSource.Should().Be("SamplePolicy");
        FluentActions.Invoking(() => PolicyDigest.Of(new SamplePolicy { Price = 0.1234567890123456789m }, PolicyContext.Default.SamplePolicy))
            .Should().Throw<InputValidationException>("a double would round this price").Which.Location.Should().StartWith("$.Price");
        FluentActions.Invoking(() => PolicyDigest.Of(null!, PolicyContext.Default.SamplePolicy)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => PolicyDigest.Of(new SamplePolicy(), null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Parse_TextOfADigest_GivesItBack()
    {
        PolicyDigest digest = Digest("[1]");

        PolicyDigest.Parse(digest.Value).Should().Be(digest);
        PolicyDigest.TryParse(digest.ToString(), out PolicyDigest parsed).Should().BeTrue();
        parsed.Should().Be(digest);
        digest.Value.Should().HaveLength(PolicyDigest.TextLength).And.StartWith(PolicyDigest.Prefix);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("sha256:44136FA355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("sha512:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8g")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a ")]
    public void Parse_AnythingElse_Throws(string text)
    {
        PolicyDigest.TryParse(text, out PolicyDigest digest).Should().BeFalse();
        digest.IsDefault.Should().BeTrue();
        FluentActions.Invoking(() => PolicyDigest.Parse(text)).Should().Throw<FormatException>();
    }

    [Fact]
    public void Default_NamesNoPolicy()
    {
        PolicyDigest none = default;

        none.IsDefault.Should().BeTrue();
        none.ToString().Should().Be("none");
        FluentActions.Invoking(() => none.Value).Should().Throw<InvalidOperationException>();
        PolicyDigest.TryParse(null, out _).Should().BeFalse();
        FluentActions.Invoking(() => PolicyDigest.Parse(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Require_OtherPolicy_Throws()
    {
        PolicyDigest inForce = Digest("[1]");
        PolicyDigest other = Digest("[2]");

        inForce.Require(Digest("[1.0]"), "journal entry 7");
        PolicyMismatchException mismatch = FluentActions.Invoking(() => inForce.Require(other, "journal entry 7")).Should().Throw<PolicyMismatchException>().Which;
        mismatch.ExpectedDigest.Should().Be(inForce.Value);
        mismatch.ActualDigest.Should().Be(other.Value);
        mismatch.Message.Should().Contain("journal entry 7");
        FluentActions.Invoking(() => inForce.Require(default, "entry")).Should().Throw<PolicyMismatchException>().Which.ActualDigest.Should().BeNull();
        FluentActions.Invoking(() => default(PolicyDigest).Require(default, "entry")).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Json_RoundTrip_KeepsTheDigest()
    {
        PolicyDigest[] digests = [Digest("[1]"), default];

        string json = JsonSerializer.Serialize(digests);

        json.Should().Be($"[\"{digests[0].Value}\",null]");
        JsonSerializer.Deserialize<PolicyDigest[]>(json).Should().Equal(digests);
        FluentActions.Invoking(() => JsonSerializer.Deserialize<PolicyDigest>("\"sha256:abc\"")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<PolicyDigest>("1")).Should().Throw<JsonException>();
    }

    internal sealed class SamplePolicy
    {
        public double Confidence { get; set; }

        public decimal Price { get; set; }

        public TimeSpan Timeout { get; set; }

        public OptimizationProfile Profile { get; set; }

        public QualityTarget Target { get; set; }

        public Dictionary<string, int> Tiers { get; } = [];
    }

    [JsonSerializable(typeof(SamplePolicy))]
    internal sealed partial class PolicyContext : JsonSerializerContext;
}
