using System.Text.RegularExpressions;

namespace Vouch.Testing.Simulations;

/// <summary>Says which asynchronous method a task belongs to: the type of such a task names its state machine.</summary>
internal static partial class WaitingTask
{
    public static string Describe(Task task)
    {
        Match machine = StateMachine().Match(task.GetType().ToString());
        if (!machine.Success)
        {
            return "";
        }

        string owner = machine.Groups["owner"].Value;
        return machine.Groups["local"].Success
            ? $" (in {machine.Groups["local"].Value}, {owner}.{machine.Groups["method"].Value})"
            : $" (in {owner}.{machine.Groups["method"].Value})";
    }

    // Owner+<Method>d__1, Owner+<>c__DisplayClass1+<<Method>b__0>d, Owner+<<Method>g__Local|2>d
    [GeneratedRegex(@"(?<owner>[\w.]+)(?:\+<>c\w*)?\+<<?(?<method>\w+)>(?:g__(?<local>\w+))?", RegexOptions.CultureInvariant)]
    private static partial Regex StateMachine();
}
