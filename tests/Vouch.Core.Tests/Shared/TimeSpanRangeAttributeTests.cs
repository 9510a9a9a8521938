using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Core.Tests.Shared;

public sealed partial class TimeSpanRangeAttributeTests
{
    [Theory]
    [InlineData("00:00:00.0010000", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("00:00:00.0009999", false)]
    [InlineData("1.00:00:00.0000001", false)]
    [InlineData("-00:00:00.0010000", false)]
    public void IsValid_Duration_IsJudgedExactly(string duration, bool expected) =>
        new TimeSpanRangeAttribute("00:00:00.001", "1.00:00:00").IsValid(TimeSpan.Parse(duration, null)).Should().Be(expected);

    [Fact]
    public void IsValid_NullInfiniteAndOtherTypes_AreJudged()
    {
        var range = new TimeSpanRangeAttribute("00:00:01", "00:01:00");
        var open = new TimeSpanRangeAttribute("00:00:01", "00:01:00") { AllowInfinite = true };

        range.IsValid(null).Should().BeTrue();
        range.IsValid("00:00:30").Should().BeFalse();
        range.IsValid(Timeout.InfiniteTimeSpan).Should().BeFalse();
        open.IsValid(Timeout.InfiniteTimeSpan).Should().BeTrue();
        open.FormatErrorMessage("Wait").Should().Contain("or be infinite");
    }

    [Fact]
    public void Constructor_EmptyRangeOrBadFormat_Throws()
    {
        FluentActions.Invoking(() => new TimeSpanRangeAttribute("00:00:02", "00:00:01")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new TimeSpanRangeAttribute("soon", "00:00:01")).Should().Throw<FormatException>();
    }

    [Fact]
    public void GeneratedValidator_BadDuration_FailsWithNameRangeAndValue()
    {
        ServiceCollection services = new();
        services.AddOptions<SampleOptions>().Configure(options => options.Wait = TimeSpan.FromHours(2));
        services.AddSingleton<IValidateOptions<SampleOptions>, SampleOptionsValidator>();
        using ServiceProvider provider = services.BuildServiceProvider();

        FluentActions.Invoking(() => provider.GetRequiredService<IOptions<SampleOptions>>().Value).Should().Throw<OptionsValidationException>()
            .WithMessage("*Wait must be a duration from 00:00:01 to 01:00:00 (format [d.]hh:mm:ss[.fffffff]); it is 02:00:00.*");
    }

    [Fact]
    public void GeneratedValidator_GoodDuration_Passes() =>
        new SampleOptionsValidator().Validate(null, new SampleOptions()).Succeeded.Should().BeTrue();

    internal sealed class SampleOptions
    {
        [Required]
        [TimeSpanRange("00:00:01", "01:00:00")]
        public TimeSpan? Wait { get; set; } = TimeSpan.FromSeconds(5);
    }

    [OptionsValidator]
    internal sealed partial class SampleOptionsValidator : IValidateOptions<SampleOptions>;
}
