namespace Vouch.Statistics.Sampling;

/// <summary>Which inspection the next lot of a stream gets: the switching rules of ISO 2859-1 between normal and tightened inspection, and when to stop.</summary>
/// <remarks>
/// Normal to tightened: 2 of 5 or fewer consecutive lots rejected. Back to normal: 5 consecutive lots accepted. Discontinued: 5 lots rejected since
/// tightened inspection began. Only lots presented for the first time count. Reduced inspection is not offered. Not safe to share. Source: ISO 2859-1:1999, section 9.
/// </remarks>
public sealed class InspectionSwitching
{
    private const int Window = 5;
    private const int RejectedOfWindow = 2;
    private const int AcceptedInARow = 5;
    private const int RejectedWhenTightened = 5;

    // The lots since normal inspection began, the last in the lowest bit; 1 stands for rejected.
    private int _recent;
    private int _acceptedInARow;
    private int _rejectedWhenTightened;

    /// <summary>Gets the inspection that the next lot gets.</summary>
    public InspectionSeverity Severity { get; private set; }

    /// <summary>Gets whether inspection under these rules has ended: the supplier has to become better first; see <see cref="Resume"/>.</summary>
    public bool IsDiscontinued { get; private set; }

    /// <summary>Takes the outcome of a lot.</summary>
    /// <param name="accepted">Whether the lot was accepted when first presented.</param>
    /// <returns>The inspection that the next lot gets.</returns>
    /// <exception cref="InvalidOperationException">Inspection is discontinued.</exception>
    public InspectionSeverity Record(bool accepted)
    {
        if (IsDiscontinued)
        {
            throw new InvalidOperationException("Inspection is discontinued: 5 lots were rejected under tightened inspection. Resume it once the cause is removed.");
        }

        if (Severity == InspectionSeverity.Normal)
        {
            _recent = ((_recent << 1) | (accepted ? 0 : 1)) & ((1 << Window) - 1);
            if (int.PopCount(_recent) >= RejectedOfWindow)
            {
                Tighten();
            }

            return Severity;
        }

        _acceptedInARow = accepted ? _acceptedInARow + 1 : 0;
        _rejectedWhenTightened += accepted ? 0 : 1;
        IsDiscontinued = _rejectedWhenTightened >= RejectedWhenTightened;
        if (_acceptedInARow >= AcceptedInARow)
        {
            Severity = InspectionSeverity.Normal;
            _recent = 0;
        }

        return Severity;
    }

    /// <summary>Goes on with tightened inspection after it was discontinued and the supplier has become better.</summary>
    /// <exception cref="InvalidOperationException">Inspection is not discontinued.</exception>
    public void Resume()
    {
        if (!IsDiscontinued)
        {
            throw new InvalidOperationException("Inspection is not discontinued.");
        }

        IsDiscontinued = false;
        Tighten();
    }

    private void Tighten()
    {
        Severity = InspectionSeverity.Tightened;
        _acceptedInARow = 0;
        _rejectedWhenTightened = 0;
    }
}
