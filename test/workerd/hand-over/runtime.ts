/** Where the hosted agent of these tests lives. A Worker may export nothing but what it serves. */
export const RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/desk_voice-a1B2c3D4e5";
