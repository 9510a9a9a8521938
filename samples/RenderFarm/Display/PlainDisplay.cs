using Vouch.Execution.Progress;

namespace RenderFarm.Display;

/// <summary>Plain lines, for files, pipes and logs: each stage, every tenth of the picture, and every worker that was caught.</summary>
internal sealed class PlainDisplay(TextWriter output) : IFarmDisplay
{
    private readonly Lock _lock = new();
    private string _stage = "";
    private int _tenths;

    public void Stage(string name)
    {
        lock (_lock)
        {
            _stage = name;
            _tenths = 0;
            output.WriteLine($"{name} ...");
        }
    }

    public void Share(double share)
    {
        lock (_lock)
        {
            int tenths = (int)(share * 10);
            if (tenths > _tenths)
            {
                _tenths = tenths;
                output.WriteLine($"  {_stage}: {10 * tenths} %");
            }
        }
    }

    public void Note(string text)
    {
        lock (_lock)
        {
            output.WriteLine($"  {text}");
        }
    }

    public void Event(RunEvent happened)
    {
        if (happened.Kind is RunEventKind.WorkerSuspended or RunEventKind.WorkerUnresponsive or RunEventKind.GivenUp)
        {
            Note(happened.Text);
        }
    }
}
