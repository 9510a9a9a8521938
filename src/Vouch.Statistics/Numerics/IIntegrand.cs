namespace Vouch.Statistics.Numerics;

/// <summary>A function to integrate; a struct, so that the call is direct.</summary>
internal interface IIntegrand
{
    double At(double v);
}
