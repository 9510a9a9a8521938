using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Vouch.Shared;

/// <summary>
/// Holds a <see cref="TimeSpan"/> option to a range. It stands in for <c>[Range(typeof(TimeSpan), ...)]</c>, whose conversion by
/// type descriptor does not survive trimming; generated options validators can use it. Null is left to <c>[Required]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter, AllowMultiple = false)]
internal sealed class TimeSpanRangeAttribute : ValidationAttribute
{
    /// <param name="minimum">The least allowed duration, in the constant format <c>[d.]hh:mm:ss[.fffffff]</c>.</param>
    /// <param name="maximum">The greatest allowed duration, in the same format.</param>
    public TimeSpanRangeAttribute(string minimum, string maximum)
    {
        Minimum = minimum;
        Maximum = maximum;
        MinimumValue = TimeSpan.ParseExact(minimum, "c", CultureInfo.InvariantCulture);
        MaximumValue = TimeSpan.ParseExact(maximum, "c", CultureInfo.InvariantCulture);
        if (MinimumValue > MaximumValue)
        {
            throw new ArgumentException($"The range is empty: {minimum} is greater than {maximum}.", nameof(minimum));
        }
    }

    /// <summary>Gets the least allowed duration, as written.</summary>
    public string Minimum { get; }

    /// <summary>Gets the greatest allowed duration, as written.</summary>
    public string Maximum { get; }

    /// <summary>Gets or sets whether <see cref="Timeout.InfiniteTimeSpan"/> is allowed beside the range.</summary>
    public bool AllowInfinite { get; set; }

    internal TimeSpan MinimumValue { get; }

    internal TimeSpan MaximumValue { get; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value switch
    {
        null => true,
        TimeSpan span => (span >= MinimumValue && span <= MaximumValue) || (AllowInfinite && span == Timeout.InfiniteTimeSpan),
        _ => false,
    };

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name)
    {
        string infinite = AllowInfinite ? ", or be infinite (-00:00:00.0010000)" : string.Empty;
        return $"{name} must be a duration from {Minimum} to {Maximum}{infinite} (format [d.]hh:mm:ss[.fffffff]).";
    }

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        if (IsValid(value))
        {
            return ValidationResult.Success;
        }

        string found = value is TimeSpan span ? span.ToString("c", CultureInfo.InvariantCulture) : $"a value of type {value!.GetType().Name}";
        string message = $"{FormatErrorMessage(validationContext.DisplayName)[..^1]}; it is {found}.";
        return new ValidationResult(message, validationContext.MemberName is { } member ? [member] : null);
    }
}
