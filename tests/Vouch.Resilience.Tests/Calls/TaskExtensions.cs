namespace Vouch.Resilience.Tests.Calls;

/// <summary>Reads tasks that must be done by now: a test on a manual clock fails instead of waiting for ever.</summary>
internal static class TaskExtensions
{
    public static T Done<T>(this Task<T> task)
    {
        task.IsCompleted.Should().BeTrue("the clock has moved far enough");
        return task.GetAwaiter().GetResult();
    }
}
