namespace Vouch.Caching.Persistence;

/// <summary>Deadlines in 32 bits: steps of an eighth of a second since the store was made, good for 17 years. Rounded up, so that nothing ends early; the exact end stands in the record.</summary>
/// <param name="epoch">When the store was made, in milliseconds of Unix time.</param>
internal readonly struct Deadlines(long epoch)
{
    public const uint Never = uint.MaxValue;

    private const int StepMilliseconds = 125;

    public uint Of(long unixMilliseconds) => (uint)Math.Clamp((unixMilliseconds - epoch + StepMilliseconds - 1) / StepMilliseconds, 1, Never - 1L);

    /// <summary>The last step that has wholly passed: an entry whose deadline is this or less has ended.</summary>
    public uint Passed(long unixMilliseconds) => (uint)Math.Clamp((unixMilliseconds - epoch) / StepMilliseconds, 0, Never - 1L);

    public static uint Window(TimeSpan window) => (uint)Math.Clamp((window.Ticks + (StepMilliseconds * TimeSpan.TicksPerMillisecond) - 1) / (StepMilliseconds * TimeSpan.TicksPerMillisecond), 1, Never - 1L);

    public uint After(long unixMilliseconds, uint window) => (uint)Math.Min((ulong)Of(unixMilliseconds) + window, Never - 1);
}
