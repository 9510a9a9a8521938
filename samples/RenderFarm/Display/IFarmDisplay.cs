using Vouch.Execution.Progress;

namespace RenderFarm.Display;

/// <summary>Shows people how far a run is.</summary>
/// <remarks>Called from several threads.</remarks>
internal interface IFarmDisplay
{
    /// <summary>A new stage begins.</summary>
    void Stage(string name);

    /// <summary>The share of the present stage that is done, in [0, 1].</summary>
    void Share(double share);

    /// <summary>Something worth knowing.</summary>
    void Note(string text);

    /// <summary>Something happened in the job.</summary>
    void Event(RunEvent happened);
}
