using Vouch.AnomalyDetection.Streaming;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.AnomalyDetection quotes.</summary>
public static class AnomalyDetectionExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        var options = new DetectorOptions { FalseAlarmBudget = 0.5 };
        Console.WriteLine($"at most {options.FalseAlarmBudget} false alarms a week");
        #endregion
    }
}
