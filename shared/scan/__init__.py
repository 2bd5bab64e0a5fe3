"""From one listing to every manifest rebuilt."""
